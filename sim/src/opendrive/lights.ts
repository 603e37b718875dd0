import type { MapSignal } from '@gauntlet/agents-sdk/protocol';
import { atan2, wrapAngle } from '../math.ts';
import { roadPoint } from './cross-section.ts';
import { haltsOf, referencesById } from './halt.ts';
import type { Junction } from './junction.ts';
import { placeOf, type Piece, type RoadPieces } from './piece.ts';
import type { RoadSignal } from './road-signal.ts';
import type { Road } from './road.ts';
import type { Wait } from './stop-line.ts';

/** The groups of signals: one for each controller, and one for each signal without. */
class Groups {
  readonly #bySignal: ReadonlyMap<string, string>;
  readonly #ids = new Map<string, number>();

  constructor(bySignal: ReadonlyMap<string, string>) {
    this.#bySignal = bySignal;
  }

  of(signalId: string, index: number): number {
    const controller = this.#bySignal.get(signalId);
    const key = controller === undefined ? `signal ${index}` : `controller ${controller}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#ids.size);
    return this.#ids.size - 1;
  }
}

/**
 * Signal heads. What they govern is set on the pieces.
 * @param junctions in the order of their indices.
 * @param controllers by id of a signal: its controller.
 * @param waits those who have to wait for a light are added.
 */
export function applyLights(
  roads: ReadonlyMap<string, RoadPieces>,
  junctions: readonly Junction[],
  controllers: ReadonlyMap<string, string>,
  waits: Wait[],
): MapSignal[] {
  const groups = new Groups(controllers);
  const references = referencesById(roads);
  const junctionOf = new Map<string, number>();
  junctions.forEach(({ controllers: ids }, index) => ids.forEach((id) => junctionOf.set(id, index)));
  const signals: MapSignal[] = [];
  for (const road of roads.values()) {
    for (const light of road.road.signals.signals) {
      if (light.role !== 'light' && light.role !== 'pedestrian-light') continue;
      const id = signals.length;
      const group = groups.of(light.id, id);
      const controlled = junctionOf.get(controllers.get(light.id) ?? '') ?? null;
      if (light.role === 'pedestrian-light') {
        signals.push({ id, kind: 'pedestrian', ...head(road.road, light, null), group, junction: controlled });
        continue;
      }
      const halts = haltsOf(road, light, references);
      const entries = halts.flatMap((halt) => halt.entries);
      if (entries.length === 0) light.reader.warn('the light governs no lane');
      const junction = entries.find((entry) => entry.junction !== null)?.junction ?? controlled;
      signals.push({ id, kind: 'vehicle', ...head(road.road, light, entries[0] ?? null), group, junction });
      for (const entry of entries) govern(entry, light, id, signals);
      for (const { approaches, before } of halts)
        for (const piece of approaches) waits.push({ piece, signal: light, before });
    }
  }
  return signals;
}

/** Of several lights the first counts. */
function govern(entry: Piece, light: RoadSignal, id: number, signals: readonly MapSignal[]): void {
  const other = entry.signal === null ? undefined : signals[entry.signal];
  if (other && other.group !== signals[id]?.group)
    light.reader.warn(`a lane is governed by another light as well, ${other.name}, which counts: ${placeOf(entry)}`);
  entry.signal ??= id;
}

/** m above the road: heads of vehicles' lights that are said to hang lower than the first are shown at the second. */
const LOWEST = 1;
const USUAL = 3;

function head(road: Road, light: RoadSignal, entry: Piece | null): Pick<MapSignal, 'position' | 'heading' | 'name'> {
  let above = light.zOffset + light.height / 2;
  if (above < LOWEST) {
    light.reader.gather(`a light hangs less than ${LOWEST} m above the road: it is shown ${USUAL} m above it`);
    above = USUAL;
  }
  const point = roadPoint(road, Math.min(road.length, Math.max(0, light.s)), light.t, above);
  const { x, y, z } = light.inertial ?? point;
  const facing = point.heading + light.hOffset + (light.orientation === '-' ? Math.PI : 0);
  return { position: [x, y, z], heading: wrapAngle(entry ? headingOf(entry) : facing), name: light.name };
}

/** rad, in which a piece is entered. */
function headingOf({ shape }: Piece): number {
  const [x0 = 0, y0 = 0, , x1 = 0, y1 = 0] = shape?.centre ?? [];
  return atan2(y1 - y0, x1 - x0);
}
