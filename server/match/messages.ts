import { ActionMessage, checker, GauntletError, Hello, Pong, Ready } from '@gauntlet/agents-sdk/protocol';

const CHECKS = { hello: checker(Hello), ready: checker(Ready), action: checker(ActionMessage), pong: checker(Pong) };
type Kind = keyof typeof CHECKS;

/** A decoded value that names its kind of message, and perhaps its tick, but has not been checked any further. */
export interface UncheckedMessage {
  readonly kind: Kind;
  readonly value: object;
  /** The tick of an action, where it can be read. */
  readonly tick: number | null;
}

/**
 * What kind of message a decoded value is.
 * @throws GauntletError `invalid-message` when it is no object or its `type` is none of an agent's.
 */
export function kindOf(value: unknown): UncheckedMessage {
  const { type, tick } = (typeof value === 'object' && value !== null ? value : {}) as {
    type?: unknown;
    tick?: unknown;
  };
  if (typeof value !== 'object' || value === null || typeof type !== 'string' || !Object.hasOwn(CHECKS, type)) {
    const expected = Object.keys(CHECKS).join(', ');
    const actual =
      value === null || typeof value !== 'object'
        ? typeof value
        : type === undefined
          ? 'nothing'
          : String(JSON.stringify(type)).slice(0, 80);
    throw new GauntletError('invalid-message', `message at /type: expected one of ${expected}, got ${actual}`, {
      path: '/type',
      expected,
      actual,
    });
  }
  return { kind: type as Kind, value, tick: typeof tick === 'number' && Number.isSafeInteger(tick) ? tick : null };
}

/** @throws GauntletError `invalid-message` that names the field. */
export function checkPong(message: UncheckedMessage): Pong {
  return CHECKS.pong(message.value, 'invalid-message', 'pong');
}

/** @throws GauntletError `invalid-message` that names the field. */
export function checkReady(message: UncheckedMessage): Ready {
  return CHECKS.ready(message.value, 'invalid-message', 'ready');
}

/**
 * The action, with -0 as 0: MessagePack writers differ in which of the two they send, and the simulation must not see it.
 * @throws GauntletError `invalid-message` that names the field.
 */
export function checkAction(value: unknown): ActionMessage {
  const message = CHECKS.action(value, 'invalid-message', 'action');
  const { steering, throttle, brake, gear } = message.action;
  return { ...message, action: { steering: steering + 0, throttle: throttle + 0, brake: brake + 0, gear } };
}
