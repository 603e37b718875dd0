import { innerEdge, laneOf, widthAt, type LaneSection, type LaneSpec, type Mark } from './cross-section.ts';
import type { ProfilePiece } from './elevation.ts';
import { beside, PlanView, turned, type PlanPose } from './plan-view.ts';

export type Contact = 'start' | 'end';

/** OpenDRIVE's types of roads, those that our maps use. */
export type RoadType = 'town' | 'rural' | 'motorway';

export interface RoadSpec {
  readonly name: string;
  readonly line: PlanView;
  readonly type: RoadType;
  /** Limit, km/h. */
  readonly speed: number;
  readonly sections: readonly LaneSection[];
  readonly elevation?: readonly ProfilePiece[];
}

/** A traffic light, sign or painted line: OpenDRIVE's `<signal>`. */
export interface SignalSpec {
  readonly id: number;
  readonly name: string;
  readonly s: number;
  readonly t: number;
  /** m above the road. */
  readonly zOffset: number;
  /** `OpenDRIVE` or the country whose catalogue has the type. */
  readonly country: string;
  readonly type: string;
  /** Without one: -1. */
  readonly subtype?: string;
  readonly dynamic: boolean;
  /** For traffic that drives along (+) or against (-) the reference line. */
  readonly orientation: '+' | '-' | 'none';
  /** rad, against the direction of those it is for. */
  readonly hOffset?: number;
  /** The lanes it holds for, lowest and highest id. */
  readonly lanes: readonly [number, number];
  /** Painted or mounted, m. */
  readonly width: number;
  readonly height: number;
  /** The signal that is the stop line of a light or sign, or the light whose stop line this is. */
  readonly stopLine?: number;
  readonly dependsOn?: number;
}

/** Where people cross: OpenDRIVE's `<object type="crosswalk">`, from kerb to kerb. */
export interface CrosswalkSpec {
  readonly id: number;
  /** m, of its middle. */
  readonly s: number;
  /** m along the road. */
  readonly width: number;
  readonly fromT: number;
  readonly toT: number;
}

export interface TunnelSpec {
  readonly id: number;
  readonly name: string;
  readonly s: number;
  readonly length: number;
}

/** A road of the network. What stands along it is added once it is there. */
export interface Road extends RoadSpec {
  readonly id: number;
  /** The junction that it is part of. */
  readonly junction: Junction | null;
  readonly signals: SignalSpec[];
  readonly crosswalks: CrosswalkSpec[];
  readonly tunnels: TunnelSpec[];
  /** The junction at each end; of a connecting road the road and where it touches that. */
  readonly links: Record<Contact, Junction | { readonly road: Road; readonly contact: Contact } | null>;
  /** Of a connecting road: its lanes' own ids and those of the roads that they join. */
  readonly laneLinks: readonly LaneLink[];
}

export interface LaneLink {
  readonly id: number;
  readonly from: number | null;
  readonly to: number | null;
}

export interface Junction {
  readonly id: number;
  readonly name: string;
  /** Its connecting roads; none in a direct junction, where roads part or meet without anything between. */
  readonly connections: Road[];
  readonly direct: DirectConnection[];
  /** Its signal groups. */
  readonly controllers: Controller[];
}

/** Roads of a direct junction that follow one another, with the ids of the lanes that do. */
export interface DirectConnection {
  readonly from: Road;
  readonly to: Road;
  readonly lanes: readonly (readonly [from: number, to: number])[];
}

/** Signals that always show the same. */
export interface Controller {
  readonly id: number;
  readonly name: string;
  readonly signals: number[];
}

/** An end of a road. */
export interface RoadEnd {
  readonly road: Road;
  readonly contact: Contact;
}

/** A lane that arrives and the one that leaves; null where a lane begins or ends in the junction. */
export interface JoinedLanes {
  readonly from: number | null;
  readonly to: number | null;
  /** False for the edge between lanes that do not follow one another: a shoulder as wide as they are. */
  readonly linked?: false;
}

export interface ConnectionSpec {
  readonly from: RoadEnd;
  readonly to: RoadEnd;
  /** What it joins, from left to right. */
  readonly lanes: readonly JoinedLanes[];
  /** km/h */
  readonly speed: number;
  /** The mark right of each lane, from left to right. */
  readonly marks?: readonly Mark[];
  readonly leftMark?: Mark;
}

/** Lays out a network of roads in right-hand traffic, road by road, and joins them in junctions. */
export class RoadNetwork {
  readonly name: string;
  readonly roads: Road[] = [];
  readonly junctions: Junction[] = [];
  readonly controllers: Controller[] = [];
  #signals = 0;
  #objects = 0;

  constructor(name: string) {
    this.name = name;
  }

  road(spec: RoadSpec, junction: Junction | null = null, laneLinks: readonly LaneLink[] = []): Road {
    const road: Road = {
      ...spec,
      id: this.roads.length + 1,
      junction,
      signals: [],
      crosswalks: [],
      tunnels: [],
      links: { start: null, end: null },
      laneLinks,
    };
    this.roads.push(road);
    return road;
  }

  /** @param ends the roads that lead to and from it. */
  junction(name: string, ends: readonly RoadEnd[]): Junction {
    const junction: Junction = { id: this.junctions.length + 1001, name, connections: [], direct: [], controllers: [] };
    this.junctions.push(junction);
    for (const { road, contact } of ends) road.links[contact] = junction;
    return junction;
  }

  /** A connecting road. Its reference line runs along the left edge of the lanes that it joins. */
  connect(junction: Junction, spec: ConnectionSpec): Road {
    const { from, to, lanes } = spec;
    const line = new PlanView(leftEdge(from, firstOf(lanes, 'from'), 'arriving')).to(
      leftEdge(to, firstOf(lanes, 'to'), 'leaving'),
    );
    const right = lanes.map((joined, i): LaneSpec => {
      const before = joined.from === null ? null : laneOf(sectionAt(from), joined.from);
      const after = joined.to === null ? null : laneOf(sectionAt(to), joined.to);
      const widths = [before ? widthAt(before, from.contact) : 0, after ? widthAt(after, to.contact) : 0] as const;
      return {
        type: before && after && joined.linked !== false ? before.type : 'shoulder',
        width: widths[0] === widths[1] ? widths[0] : widths,
        mark: spec.marks?.[i] ?? 'none',
      };
    });
    const road = this.road(
      {
        name: '',
        line,
        type: from.road.type,
        speed: spec.speed,
        sections: [{ s: 0, left: [], right, centre: spec.leftMark ?? 'none' }],
        elevation: [{ s: 0, cubic: [heightAt(from), 0, 0, 0] }],
      },
      junction,
      lanes.map(({ from: a, to: b, linked }, i) => ({
        id: -i - 1,
        from: linked === false ? null : a,
        to: linked === false ? null : b,
      })),
    );
    road.links.start = from;
    road.links.end = to;
    if (heightAt(from) !== heightAt(to)) {
      throw new RangeError(`the roads that meet in ${junction.name} lie ${heightAt(from)} and ${heightAt(to)} m high`);
    }
    junction.connections.push(road);
    return road;
  }

  /** Puts a signal beside a road, and gives it an id. */
  signal(road: Road, spec: Omit<SignalSpec, 'id'>): SignalSpec {
    const signal = { ...spec, id: ++this.#signals };
    road.signals.push(signal);
    return signal;
  }

  crosswalk(road: Road, spec: Omit<CrosswalkSpec, 'id'>): void {
    road.crosswalks.push({ ...spec, id: ++this.#objects });
  }

  tunnel(road: Road, spec: Omit<TunnelSpec, 'id'>): void {
    road.tunnels.push({ ...spec, id: ++this.#objects });
  }

  /** A group of signals of a junction. */
  controller(junction: Junction, name: string, signals: readonly SignalSpec[]): void {
    const controller = { id: this.controllers.length + 1, name, signals: signals.map(({ id }) => id) };
    this.controllers.push(controller);
    junction.controllers.push(controller);
  }
}

/** The section at an end of a road. */
export function sectionAt({ road, contact }: RoadEnd): LaneSection {
  const section = road.sections[contact === 'start' ? 0 : road.sections.length - 1];
  if (!section) throw new RangeError(`road ${road.id} has no lane section`);
  return section;
}

/** The pose of a lane's left edge, in its direction of travel, at an end of a road. */
function leftEdge(end: RoadEnd, lane: number, what: 'arriving' | 'leaving'): PlanPose {
  const { line } = end.road;
  const pose = beside(end.contact === 'start' ? line.start : line.end, innerEdge(sectionAt(end), lane, end.contact));
  // Traffic of lanes on the right drives along the line.
  if ((lane < 0 !== (end.contact === 'end')) === (what === 'arriving')) {
    throw new RangeError(
      `lane ${lane} of road ${end.road.id} does not lead ${what === 'arriving' ? 'to' : 'from'} its ${end.contact}`,
    );
  }
  return lane < 0 ? pose : turned(pose);
}

function firstOf(lanes: ConnectionSpec['lanes'], which: 'from' | 'to'): number {
  const lane = lanes[0]?.[which];
  if (lane === undefined || lane === null)
    throw new RangeError('the leftmost lane of a connecting road needs a lane at either end');
  return lane;
}

function heightAt({ road, contact }: RoadEnd): number {
  const pieces = road.elevation ?? [];
  const piece = pieces[contact === 'start' ? 0 : pieces.length - 1];
  if (!piece) return 0;
  const [a, b, c, d] = piece.cubic;
  const ds = contact === 'start' ? 0 : road.line.length - piece.s;
  return a + (b + (c + d * ds) * ds) * ds;
}
