import type { EntityDescription, Frame, MatchEvent, Scene, ScoreRecord, SeatId } from '@gauntlet/agents-sdk/protocol';
import { Series } from './series.ts';

/** All that is known so far of one match, beside its frames: it only grows, in whatever order frames come. */
export class MatchRecord {
  readonly scene: Scene;
  /** Every entity ever described, by id. Ids are not used twice in a match. */
  readonly descriptions = new Map<number, EntityDescription>();
  /** In order of their ticks. */
  readonly events: MatchEvent[] = [];
  /** Speed over ticks of each seat's body, m/s. */
  readonly speeds = new Map<SeatId, Series>();
  /** The last score record of a log, or null. */
  finalScore: ScoreRecord | null = null;
  /** Rises with each change of `events`. */
  eventVersion = 0;

  readonly #known = new Set<string>();
  readonly #seatOfEntity: ReadonlyMap<number, SeatId>;
  readonly #lidarReach = new Map<SeatId, number>();

  constructor(scene: Scene) {
    this.scene = scene;
    this.#seatOfEntity = new Map(scene.seats.map((seat) => [seat.entity, seat.seat]));
    for (const seat of scene.seats) this.speeds.set(seat.seat, new Series());
    for (const entity of scene.entities) this.descriptions.set(entity.id, entity);
  }

  ingest(frame: Frame): void {
    for (const entity of frame.spawned) this.descriptions.set(entity.id, entity);
    for (const event of frame.events) this.addEvent(event);
    for (const entity of frame.entities) {
      const seat = this.#seatOfEntity.get(entity.id);
      if (seat) this.speeds.get(seat)?.set(frame.tick, entity.speed);
    }
    for (const { seat, lidar } of frame.seats) {
      if (!lidar) continue;
      let reach = this.#lidarReach.get(seat) ?? 0;
      for (const range of lidar) if (range > reach) reach = range;
      this.#lidarReach.set(seat, reach);
    }
  }

  /** Adds an event once, though it comes in a frame and on the log's event channel. */
  addEvent(event: MatchEvent): void {
    const key = `${event.tick} ${event.kind} ${event.seat ?? ''} ${event.entities.join(',')} ${event.text}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    let at = this.events.length;
    while (at > 0 && this.events[at - 1]!.tick > event.tick) at--;
    this.events.splice(at, 0, event);
    this.eventVersion++;
  }

  addScore(score: ScoreRecord): void {
    if (this.finalScore?.final && !score.final) return;
    this.finalScore = score;
  }

  seatOf(entity: number): SeatId | null {
    return this.#seatOfEntity.get(entity) ?? null;
  }

  entityOf(seat: SeatId): number | null {
    return this.scene.seats.find((candidate) => candidate.seat === seat)?.entity ?? null;
  }

  /** The longest range seen from a seat's lidar, m: what a beam that meets nothing reads. */
  lidarReach(seat: SeatId): number {
    return this.#lidarReach.get(seat) ?? Infinity;
  }
}
