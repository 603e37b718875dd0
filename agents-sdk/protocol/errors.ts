import type { ErrorCode } from './vocabulary.ts';

/** Every error an agent, a page or a script can get from the arena, what it means and what to do. `docs/errors.md` lists the same. */
export const ERRORS = {
  'bad-message': 'The bytes are not a message of the chosen subprotocol. Check the encoder.',
  'invalid-message': 'The message does not match its schema. The path names the field.',
  'message-too-large': 'The message is larger than the arena reads. The connection is closed.',
  'unexpected-message': 'The message does not fit the state of the connection, such as an action before the welcome.',
  'hello-timeout': 'No hello came in time after the connection was opened.',
  'unsupported-protocol': 'The WebSocket asked for none of the subprotocols that this arena speaks.',
  'missing-token': 'A token is needed. Send it as `Authorization: Bearer TOKEN`, or in the hello.',
  'invalid-token': 'The token is not known. Look for a typing error, or ask for a new one.',
  forbidden: 'The token is known, but does not allow this.',
  'no-match': 'No match waits for this agent. Create one first, or check the match id.',
  'match-over': 'The match has ended.',
  'seat-taken': 'The seat is already connected. A second connection is refused while the first one answers.',
  'wrong-tick': 'The action names a tick that is not the one to be decided now.',
  'duplicate-action': 'An action for this tick has already been accepted. The first one counts.',
  flood: 'More messages than the arena accepts. The connection is closed.',
  'slow-reader': 'The agent did not read what it was sent. The connection is closed.',
  'unknown-scenario': 'There is no scenario of this id. `gauntlet scenarios` lists them.',
  'unknown-agent': 'There is no agent of this name.',
  'unknown-match': 'There is no match of this id.',
  'invalid-request': 'The request does not match its schema. The path names the field.',
  'invalid-parameters': 'A scenario parameter is unknown or out of its range. The path names it.',
  'invalid-seats': 'The agents do not fit the seats of the scenario.',
  'already-exists': 'Something of this name exists already.',
  'log-not-ready': 'The log is served once the match has ended.',
  'invalid-log':
    'The file is not a whole log of Gauntlet. The message says what is wrong and where. `gauntlet replay recover` saves a log that was cut short.',
  'other-build': 'The log comes from another build or version of its scenario. Verify it with the build that it names.',
  'log-not-written':
    'The log could not be written, mostly because the disk is full. What was written can be recovered.',
  'agent-not-started': 'The program of the agent could not be started. The message says why.',
  'not-found': 'There is nothing at this address.',
  overloaded: 'The arena has as many matches as it takes. Try again later.',
  'cannot-listen': 'The arena cannot open its port: another program has it, or it may not. Choose another one.',
  'store-unavailable':
    'The arena cannot write to its database: it is locked by another program, or the disk is full. Try again later.',
  unreachable:
    'The arena does not answer at this address, or the connection was lost and could not be made again. Check the address, and that the arena runs.',
  'shutting-down': 'The arena is shutting down; the match ends as void.',
  internal: 'The arena made a mistake. It is logged under the id given.',
} as const;

/** An error that a person or program outside is told: the code, what was expected, what came, what to do. */
export class GauntletError extends Error {
  readonly code: ErrorCode;
  readonly path: string;
  readonly expected: string;
  readonly actual: string;

  constructor(code: ErrorCode, message: string, detail: { path?: string; expected?: string; actual?: string } = {}) {
    super(message);
    this.name = 'GauntletError';
    this.code = code;
    this.path = detail.path ?? '';
    this.expected = detail.expected ?? '';
    this.actual = detail.actual ?? '';
  }
}
