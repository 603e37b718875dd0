/**
 * The time a seat has for its decisions: a deadline for each, and a bank for the whole match that pays for overruns.
 * All in ms of wall time, net of the network delay that the seat is allowed.
 */
export class TimeBank {
  readonly deadlineMs: number;
  #leftMs: number;

  constructor(deadlineMs: number, bankMs: number) {
    this.deadlineMs = deadlineMs;
    this.#leftMs = bankMs;
  }

  get leftMs(): number {
    return this.#leftMs;
  }

  /** How long after its release a decision is waited for, the allowance for the network included. */
  patienceMs(allowanceMs: number): number {
    return this.deadlineMs + this.#leftMs + allowanceMs;
  }

  /** Takes a decision's overrun, and only that, from the bank. */
  charge(decisionMs: number): void {
    this.#leftMs = Math.max(0, this.#leftMs - Math.max(0, decisionMs - this.deadlineMs));
  }
}
