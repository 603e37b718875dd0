import { pack, unpack, type ErrorMessage, type Subprotocol } from '@gauntlet/agents-sdk/protocol';
import { WebSocket } from 'ws';
import { TOKENS } from './fake-arena.ts';

/** A bare `ws` client at `/agent`, which keeps all that it is told. */
export class AgentClient {
  readonly socket: WebSocket;
  readonly messages: unknown[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #json: boolean;
  #wake: (() => void) | null = null;

  private constructor(url: string, subprotocol: Subprotocol) {
    this.#json = subprotocol === 'gauntlet.v1.json';
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/agent`, [subprotocol]);
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(this.#json ? JSON.parse(data.toString()) : unpack(data));
      this.#wake?.();
    });
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  static async connect(url: string, subprotocol: Subprotocol = 'gauntlet.v1.msgpack'): Promise<AgentClient> {
    const client = new AgentClient(url, subprotocol);
    await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject));
    return client;
  }

  /** Connects and takes the seat. */
  static async seated(url: string, subprotocol: Subprotocol = 'gauntlet.v1.msgpack'): Promise<AgentClient> {
    const client = await AgentClient.connect(url, subprotocol);
    client.send(hello());
    await client.next();
    return client;
  }

  send(message: unknown): void {
    this.socket.send(this.#json ? JSON.stringify(message) : pack(message));
  }

  /** The next message that has not been taken yet. */
  async next(): Promise<unknown> {
    while (this.messages.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.messages.shift();
  }

  /** How the connection ended: the code of the error told before, and the close. */
  async refusal(): Promise<{ error: ErrorMessage | undefined; code: number; reason: string }> {
    const { code, reason } = await this.closed;
    return { error: this.messages.at(-1) as ErrorMessage | undefined, code, reason };
  }
}

export function hello(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'hello', token: TOKENS.seat, sdk: { name: 'test', version: '1' }, ...change };
}
