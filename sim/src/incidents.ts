import type { EntityClass, MatchEvent } from '@gauntlet/agents-sdk/protocol';
import type { Contact } from './physics/rapier.ts';
import { CollisionMemory } from './score/collisions.ts';
import { collisionWith } from './score/driving-score.ts';
import type { Seat } from './seat.ts';
import type { Saved, StateReader, StateWriter } from './state.ts';

/** N s below which bodies that brush each other do not count as colliding. */
const COLLISION_IMPULSE = 1;
/** m/s below which a seat that is hit is not charged (CARLA Leaderboard: it stood). */
export const CHARGED_SPEED = 0.1;

/** Turns contacts into collisions: events for all, infractions for the seats that moved. */
export class Incidents implements Saved {
  readonly #seats: readonly Seat[];
  readonly #memory = new CollisionMemory();

  constructor(seats: readonly Seat[]) {
    this.#seats = seats;
  }

  /**
   * Takes in the contacts of a substep.
   * @param time s, at the end of the tick. @param kind what an entity is. @param events is added to.
   */
  collide(
    contacts: readonly Contact[],
    tick: number,
    time: number,
    kind: (id: number) => EntityClass,
    events: MatchEvent[],
  ): void {
    for (const { a, b, impulse } of contacts) {
      if (impulse < COLLISION_IMPULSE || !this.#memory.touch(a, b, time)) continue;
      this.#charge(a, b, impulse, tick, kind(b), events);
      this.#charge(b, a, impulse, tick, kind(a), events);
      if (this.#seats.some((each) => each.vehicle?.id === a || each.vehicle?.id === b)) continue;
      const text =
        kind(a) === 'pedestrian' || kind(b) === 'pedestrian'
          ? 'a vehicle without a seat hit a pedestrian'
          : 'two vehicles without a seat collided';
      events.push({
        tick,
        kind: 'collision',
        seat: null,
        entities: [a, b],
        infraction: false,
        text,
        data: { impulse },
      });
    }
  }

  /** After the substeps of a tick. */
  forget(time: number): void {
    this.#memory.forget(time);
  }

  save(writer: StateWriter): void {
    this.#memory.save(writer);
  }

  load(reader: StateReader): void {
    this.#memory.load(reader);
  }

  #charge(id: number, other: number, impulse: number, tick: number, kind: EntityClass, events: MatchEvent[]): void {
    const seat = this.#seats.find((each) => each.vehicle?.id === id && each.active);
    if (!seat?.vehicle) return;
    const charged = Math.abs(seat.vehicle.state.speed) > CHARGED_SPEED;
    if (charged) seat.card.infractions[collisionWith(kind)] += 1;
    const text = `${seat.spec.seat} collided with a ${kind}${charged ? '' : ' while it stood'}`;
    seat.events.push({ kind: 'collision', detail: text });
    events.push({
      tick,
      kind: 'collision',
      seat: seat.spec.seat,
      entities: [id, other],
      infraction: charged,
      text,
      data: { impulse, with: kind },
    });
  }
}
