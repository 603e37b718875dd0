import type { SeatId } from '@gauntlet/agents-sdk/protocol';
import { FloodGate, SPARE_MESSAGES_PER_SECOND } from './flood-gate.ts';
import type { Wire } from './interfaces.ts';

/** A connection that has answered nothing for so long may be replaced, ms. */
const SILENCE_MS = 2000;

/** One agent's connection as the thread that serves sockets sees it: bytes pass through unread. */
export class SeatConnection {
  readonly id: number;
  readonly seat: SeatId;
  readonly wire: Wire;
  readonly #flood: FloodGate;
  /** Since when something that was sent waits for any answer at all, or null. */
  #waitingSince: number | null = null;

  constructor(id: number, seat: SeatId, wire: Wire, now: number) {
    this.id = id;
    this.seat = seat;
    this.wire = wire;
    // The session counts exactly, and ends the seat. This one keeps the port from filling up until it has.
    this.#flood = new FloodGate(2 * SPARE_MESSAGES_PER_SECOND, now);
  }

  /** Whether it has been sent something and has not answered anything since. */
  get waits(): boolean {
    return this.#waitingSince !== null;
  }

  /** Whether the agent answers what it is sent, pings at least. */
  answers(now: number): boolean {
    return this.#waitingSince === null || now - this.#waitingSince < SILENCE_MS;
  }

  send(data: Uint8Array<ArrayBuffer> | string, now: number): void {
    this.#waitingSince ??= now;
    this.#flood.grant();
    this.wire.send(data);
  }

  /** Counts a message of the agent's. Returns false when it is to be dropped. */
  received(now: number): boolean {
    this.#waitingSince = null;
    return this.#flood.pass(now);
  }
}
