import type { RadioMessage } from '@gauntlet/agents-sdk/protocol';

/** m: how far signals are heard. Own choice, within what 802.11p and LTE-V2X reach in a city. */
const RANGE = 300;
/** Ticks between SPaT messages (10 Hz) and between MAP messages (1 Hz), as roadside units send them. */
const SPAT_EVERY = 2;
const MAP_EVERY = 20;

/** The signals of a map, as far as they speak. */
interface Signalised {
  /** Junctions whose signals stand within a range of a place, by id. */
  junctionsInRange(x: number, y: number, range: number): readonly number[];
  spat(junction: number): RadioMessage;
  mapMessage(junction: number): RadioMessage;
}

/** What the roadside units at signals send, and who hears it. */
export class Radio {
  readonly #signals: Signalised;
  /** What was made up for this tick already: all who hear a junction hear the same. */
  readonly #spat = new Map<number, RadioMessage>();
  #tick = -1;

  constructor(signals: Signalised) {
    this.#signals = signals;
  }

  /** The messages that arrive at a place at a tick. */
  receive(x: number, y: number, tick: number): RadioMessage[] {
    if (tick % SPAT_EVERY !== 0) return [];
    if (tick !== this.#tick) {
      this.#spat.clear();
      this.#tick = tick;
    }
    const heard: RadioMessage[] = [];
    for (const junction of this.#signals.junctionsInRange(x, y, RANGE)) {
      let spat = this.#spat.get(junction);
      if (!spat) this.#spat.set(junction, (spat = this.#signals.spat(junction)));
      heard.push(spat);
      if (tick % MAP_EVERY === 0) heard.push(this.#signals.mapMessage(junction));
    }
    return heard;
  }
}
