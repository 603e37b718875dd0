import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { decodeValue, encodeArenaMessage } from '../../protocol/codec.ts';
import { AgentMessage, type ArenaMessage } from '../../protocol/messages.ts';
import { checker } from '../../protocol/validate.ts';
import { SUBPROTOCOLS, type Subprotocol } from '../../protocol/version.ts';

const check = checker(AgentMessage);

/** A queue that is awaited. */
class Queue<T> {
  readonly #items: T[] = [];
  readonly #takers: ((item: T) => void)[] = [];

  put(item: T): void {
    const taker = this.#takers.shift();
    if (taker) taker(item);
    else this.#items.push(item);
  }

  take(): Promise<T> {
    const item = this.#items.shift();
    return item === undefined ? new Promise((resolve) => this.#takers.push(resolve)) : Promise.resolve(item);
  }

  get size(): number {
    return this.#items.length;
  }
}

/** The arena's end of one connection. What comes is decoded and checked as the arena does. */
export class Peer {
  readonly socket: WebSocket;
  readonly subprotocol: Subprotocol;
  readonly #messages = new Queue<AgentMessage>();
  readonly closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.subprotocol = socket.protocol as Subprotocol;
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('message', (data, isBinary) => {
      this.#messages.put(check(decodeValue(isBinary ? (data as Buffer) : String(data), this.subprotocol)));
    });
  }

  send(...messages: ArenaMessage[]): void {
    for (const message of messages) this.socket.send(encodeArenaMessage(message, this.subprotocol));
  }

  /** The agent's next message. */
  next(): Promise<AgentMessage> {
    return this.#messages.take();
  }

  /** Messages that came and were not taken. */
  get unread(): number {
    return this.#messages.size;
  }

  /** The connection breaks, without a word. */
  break(): void {
    this.socket.terminate();
  }
}

/** A WebSocket server on a free loopback port that says what a test tells it to say. */
export class FakeArena {
  readonly url: string;
  readonly #server: WebSocketServer;
  readonly #peers = new Queue<Peer>();

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/agent`;
    server.on('connection', (socket) => this.#peers.put(new Peer(socket)));
  }

  static async open(subprotocols: readonly string[] = SUBPROTOCOLS): Promise<FakeArena> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      handleProtocols: (asked) => [...asked].find((each) => subprotocols.includes(each)) ?? false,
    });
    await once(server, 'listening');
    return new FakeArena(server);
  }

  /** The next connection. */
  peer(): Promise<Peer> {
    return this.#peers.take();
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
