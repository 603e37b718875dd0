import {
  decodeArenaMessage,
  encodeAgentMessage,
  type AgentMessage,
  type ArenaMessage,
  type Subprotocol,
} from '@gauntlet/agents-sdk/protocol';
import type { Attachment, Wire } from '../interfaces.ts';

/** The agent's end of a wire that is held in memory. */
export class FakeWire implements Wire {
  readonly subprotocol: Subprotocol;
  /** Everything that the arena sent, decoded. */
  readonly messages: ArenaMessage[] = [];
  closedWith: { code: number; reason: string } | null = null;
  attachment: Attachment | null = null;
  /** Called for each message as it comes. */
  onMessage: (message: ArenaMessage) => void = () => undefined;

  constructor(subprotocol: Subprotocol = 'gauntlet.v1.msgpack') {
    this.subprotocol = subprotocol;
  }

  send(data: Uint8Array<ArrayBuffer> | string): void {
    if (this.closedWith) throw new Error('the wire is closed');
    const message = decodeArenaMessage(data, this.subprotocol);
    this.messages.push(message);
    this.onMessage(message);
  }

  close(code: number, reason: string): void {
    this.closedWith = { code, reason };
  }

  /** The agent sends a message. */
  say(message: AgentMessage): void {
    this.attachment?.receive(encodeAgentMessage(message, this.subprotocol));
  }

  /** The agent sends whatever it likes. */
  sayRaw(data: Uint8Array<ArrayBuffer> | string): void {
    this.attachment?.receive(data);
  }

  /** What the arena sent of one type. */
  of<T extends ArenaMessage['type']>(type: T): Extract<ArenaMessage, { type: T }>[] {
    return this.messages.filter((message) => message.type === type) as Extract<ArenaMessage, { type: T }>[];
  }
}
