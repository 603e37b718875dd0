import { Packr } from 'msgpackr/pack';
import type { SensorArray } from './array.ts';
import { GauntletError } from './errors.ts';
import type { AgentMessage, ArenaMessage } from './messages.ts';
import { decodeMsgpack } from './msgpack.ts';
import type { SensorReading } from './observation.ts';
import type { Subprotocol } from './version.ts';

/** Plain MessagePack: no records, no extensions of msgpackr's own, so that any language can read it. */
const packr = new Packr({ useRecords: false });
/** The same, and drops undefined fields as JSON does: what agents' authors return is not always what their types say. */
const agentPackr = new Packr({ useRecords: false, skipValues: [undefined] } as ConstructorParameters<typeof Packr>[0]);

/** ECMAScript 2025; TypeScript's library does not declare it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * Plain MessagePack of a value of plain data, without undefined. The bytes never change, but lie in a buffer with others: who moves a
 * buffer to another thread copies them first.
 */
export function pack(value: unknown): Uint8Array<ArrayBuffer> {
  return plain(packr.pack(value));
}

/** The same memory as a plain array. msgpackr fills its buffers once and never comes back to what it returned. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

/** The value of plain MessagePack bytes. Binary in it is a view into them. Throws on bytes that are not one whole plain value. */
export function unpack(bytes: Uint8Array): unknown {
  return decodeMsgpack(bytes);
}

/** An arena message as it goes over the socket: bytes for msgpack, text for JSON. */
export function encodeArenaMessage(message: ArenaMessage, subprotocol: Subprotocol): Uint8Array<ArrayBuffer> | string {
  if (subprotocol === 'gauntlet.v1.json') return JSON.stringify(mapArrays(message, toNumbers));
  return pack(mapArrays(message, (data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
}

/** An agent message as it goes over the socket. */
export function encodeAgentMessage(message: AgentMessage, subprotocol: Subprotocol): Uint8Array<ArrayBuffer> | string {
  return subprotocol === 'gauntlet.v1.json' ? JSON.stringify(message) : plain(agentPackr.pack(message));
}

/** What an agent gets. It trusts its arena: only the form is checked. */
export function decodeArenaMessage(data: Uint8Array | string, subprotocol: Subprotocol): ArenaMessage {
  return mapArrays(decodeValue(data, subprotocol) as ArenaMessage, toFloat32);
}

/**
 * The value in what came over a socket, not yet checked against any schema.
 * @throws GauntletError `bad-message` when the data are not of the subprotocol's form.
 */
export function decodeValue(data: Uint8Array | string, subprotocol: Subprotocol): unknown {
  const json = subprotocol === 'gauntlet.v1.json';
  if (json !== (typeof data === 'string')) {
    throw new GauntletError('bad-message', `${subprotocol} messages are ${json ? 'text' : 'binary'}`, {
      expected: json ? 'a text frame' : 'a binary frame',
      actual: json ? 'a binary frame' : 'a text frame',
    });
  }
  try {
    return typeof data === 'string' ? JSON.parse(data) : decodeMsgpack(data);
  } catch (error) {
    throw new GauntletError('bad-message', `cannot decode the message: ${(error as Error).message}`, {
      expected: json ? 'one JSON value' : 'one MessagePack value',
      actual: `${data.length} ${json ? 'characters' : 'bytes'} that are not`,
    });
  }
}

/** The message with the data of each of its sensor arrays replaced. Only observations have any. */
function mapArrays(message: ArenaMessage, replace: (data: Float32Array) => unknown): ArenaMessage {
  if (message.type !== 'observation') return message;
  const map = ({ dtype, shape, data }: SensorArray): SensorArray => ({
    dtype,
    shape,
    data: replace(data) as Float32Array,
  });
  const { observation } = message;
  const { route } = observation;
  const sensors: Record<string, SensorReading> = {};
  for (const name of Object.keys(observation.sensors)) {
    const reading = observation.sensors[name] as SensorReading;
    const mapped = reading.kind === 'lidar' ? { ...reading, ranges: map(reading.ranges) } : reading;
    // A sensor may have any name, and assigning to this one would change the prototype instead.
    if (name === '__proto__') Object.defineProperty(sensors, name, { value: mapped, enumerable: true });
    else sensors[name] = mapped;
  }
  return { ...message, observation: { ...observation, route: { ...route, ahead: map(route.ahead) }, sensors } };
}

/** JSON has no NaN and no infinity, and `JSON.stringify` would make them null and -0 a 0. */
function toNumbers(data: Float32Array): unknown[] {
  return Array.from(data, (value) => {
    if (!Number.isFinite(value))
      throw new RangeError(`a sensor array holds ${value}: only finite numbers have a JSON form`);
    return Object.is(value, -0) ? rawJSON('-0') : value;
  });
}

function toFloat32(data: unknown): Float32Array {
  if (!(data instanceof Uint8Array)) return Float32Array.from(data as number[]);
  const copy = new Uint8Array(data);
  return new Float32Array(copy.buffer);
}
