import { hypot } from '../math.ts';
import type { Findings } from './findings.ts';
import type { Connection, Junction } from './junction.ts';
import { LIMITS } from './limits.ts';
import { enters, leaves, placeOf, type Piece, type RoadPieces } from './piece.ts';
import type { Road, RoadEnd } from './road.ts';

/** Kinds of lanes whose joints matter to vehicles; others meet as they may. */
const WHEELS = ['driving', 'biking'];

/** m: how far apart lanes that follow one another may be without a warning, and at all. */
const MEET = 0.05;
const REACH = 1;

/**
 * Lets traffic drive from piece to piece: within roads, from road to road, and through junctions. Links of lanes are two-sided
 * here: whichever of the two lanes names the other, the one whose traffic leaves there leads into the one whose traffic enters.
 */
export function joinPieces(
  roads: ReadonlyMap<string, RoadPieces>,
  junctions: ReadonlyMap<string, Junction>,
  findings: Findings,
): void {
  const joints = new Joints(findings);
  for (const road of roads.values()) {
    joinStretches(road, joints);
    joinRoads(road, roads, joints);
  }
  for (const junction of junctions.values())
    for (const connection of junction.connections) joinConnection(junction, connection, roads, joints);
  const all = [...roads.values()].flatMap(({ pieces }) => pieces.flatMap((stretch) => [...stretch.values()]));
  passThrough(all, joints);
  dropFarOnes(all, findings);
}

/** Collects who leads into whom. */
class Joints {
  readonly #findings: Findings;
  readonly #known = new Set<string>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Two lanes touch, one with one end of its road and the other with one of its. */
  touch(a: Piece, endA: RoadEnd, b: Piece, endB: RoadEnd): void {
    if (a.kind !== b.kind) return this.#unlike(a, endA, b, endB);
    if (leaves(a) === endA && enters(b) === endB) this.link(a, b);
    else if (leaves(b) === endB && enters(a) === endA) this.link(b, a);
    else if (WHEELS.includes(a.kind))
      this.#findings.warn(placeOf(a), `it is linked to a lane of the opposite direction: ${placeOf(b)}`);
  }

  link(from: Piece, to: Piece): void {
    const key = `${from.index} ${to.index}`;
    if (this.#known.has(key)) return;
    if (from.successors.length >= LIMITS.links || to.predecessors.length >= LIMITS.links) {
      this.#findings.gather(placeOf(from), `a link is left out: a lane has more than ${LIMITS.links} of them`);
      return;
    }
    this.#known.add(key);
    from.successors.push(to);
    to.predecessors.push(from);
  }

  #unlike(a: Piece, endA: RoadEnd, b: Piece, endB: RoadEnd): void {
    const [from, to] = leaves(a) === endA ? [a, b] : [b, a];
    const leads = leaves(from) === (from === a ? endA : endB);
    // A driving lane that has become narrow is a shoulder from there on: that it ends is meant.
    if (leads && from.kind === 'driving' && to.lane.kind !== 'driving')
      this.#findings.warn(
        placeOf(from),
        `traffic ends here: the lane goes on as one of type ${to.lane.type} (${placeOf(to)})`,
      );
  }
}

function joinStretches({ stretches, pieces }: RoadPieces, joints: Joints): void {
  for (let k = 0; k + 1 < stretches.length; k++) {
    const [before, after] = [pieces[k], pieces[k + 1]];
    if (!before || !after) continue;
    const here = stretches[k] as (typeof stretches)[number];
    const next = stretches[k + 1] as (typeof stretches)[number];
    for (const a of before.values()) {
      const same = after.get(a.lane.id);
      if (same?.lane === a.lane) joints.touch(a, 'end', same, 'start');
      else if (!next.across.lanes.includes(a.lane)) {
        for (const id of a.lane.successors) {
          const b = after.get(id);
          if (b) joints.touch(a, 'end', b, 'start');
          else if (!next.across.lanes.some((lane) => lane.id === id))
            a.lane.reader.warn(`its successor is left out: there is no lane ${id} in the next lane section`);
        }
      }
    }
    for (const b of after.values()) {
      if (here.across.lanes.includes(b.lane)) continue;
      for (const id of b.lane.predecessors) {
        const a = before.get(id);
        if (a) joints.touch(a, 'end', b, 'start');
        else if (!here.across.lanes.some((lane) => lane.id === id))
          b.lane.reader.warn(`its predecessor is left out: there is no lane ${id} in the lane section before`);
      }
    }
  }
}

/** What a road's lanes say of the road that it is linked to. */
function joinRoads(road: RoadPieces, roads: ReadonlyMap<string, RoadPieces>, joints: Joints): void {
  for (const end of ['start', 'end'] as const) {
    const link = road.road.links[end];
    if (!link || link.kind !== 'road' || link.contact === null) continue;
    const other = roads.get(link.id);
    if (!other) {
      road.road.reader.warn(`its link at the ${end} is left out: there is no road ${link.id}`);
      continue;
    }
    for (const piece of atEnd(road, end).values()) {
      for (const id of end === 'end' ? piece.lane.successors : piece.lane.predecessors) {
        const next = atEnd(other, link.contact).get(id);
        if (next) joints.touch(piece, end, next, link.contact);
        else if (!hasLane(other, link.contact, id))
          piece.lane.reader.warn(
            `its link at the ${end} is left out: road ${link.id} has no lane ${id} at its ${link.contact}`,
          );
      }
    }
  }
}

function atEnd({ pieces }: RoadPieces, end: RoadEnd): ReadonlyMap<number, Piece> {
  return (end === 'start' ? pieces[0] : pieces[pieces.length - 1]) ?? new Map<number, Piece>();
}

/** Whether a road has a lane there at all, be it one that nobody moves on. */
function hasLane({ stretches }: RoadPieces, end: RoadEnd, id: number): boolean {
  const stretch = end === 'start' ? stretches[0] : stretches[stretches.length - 1];
  return stretch?.across.lanes.some((lane) => lane.id === id) ?? false;
}

function joinConnection(
  junction: Junction,
  connection: Connection,
  roads: ReadonlyMap<string, RoadPieces>,
  joints: Joints,
): void {
  const { reader, contact, lanes } = connection;
  const incoming = roads.get(connection.incoming);
  const through = roads.get(connection.road);
  if (!incoming || !through) {
    reader.warn(`it is left out: there is no road ${incoming ? connection.road : connection.incoming}`);
    return;
  }
  if (!junction.direct && through.road.junction !== junction.id)
    reader.gather('a connecting road does not say that it is part of the junction');
  const end = incomingEnd(junction, incoming.road, through.road, contact);
  if (end === null) {
    reader.warn(`it is left out: road ${connection.incoming} says at neither end that it meets the junction`);
    return;
  }
  const [from, to] = [atEnd(incoming, end), atEnd(through, contact)];
  for (const link of lanes.length > 0 ? lanes : identical(from, to, contact)) {
    const [a, b] = [from.get(link.from), to.get(link.to)];
    if (a && b) joints.touch(a, end, b, contact);
    else if (!hasLane(incoming, end, link.from) || !hasLane(through, contact, link.to))
      reader.warn(
        `its link from lane ${link.from} to lane ${link.to} is left out: there is no such lane on ` +
          (hasLane(incoming, end, link.from) ? `road ${connection.road}` : `road ${connection.incoming}`),
      );
  }
}

/** Lanes of the same id are linked where neither the connection nor the connecting road's lanes say anything. */
function identical(
  from: ReadonlyMap<number, Piece>,
  to: ReadonlyMap<number, Piece>,
  contact: RoadEnd,
): { from: number; to: number }[] {
  const stated = [...to.values()].some(
    ({ lane }) => (contact === 'start' ? lane.predecessors : lane.successors).length > 0,
  );
  return stated ? [] : [...to.keys()].filter((id) => from.has(id)).map((id) => ({ from: id, to: id }));
}

/** Which end of an incoming road meets a junction there: as the connecting road says, else as it says itself. */
function incomingEnd(junction: Junction, incoming: Road, through: Road, contact: RoadEnd): RoadEnd | null {
  const link = through.links[contact];
  if (link?.kind === 'road' && link.id === incoming.id && link.contact !== null) return link.contact;
  for (const end of ['end', 'start'] as const) {
    const own = incoming.links[end];
    if (own?.kind === 'junction' && own.id === junction.id) return end;
  }
  return null;
}

/** Takes pieces without a length out of the chain: who led into one leads into what it led into. */
function passThrough(all: readonly Piece[], joints: Joints): void {
  for (const piece of all) {
    if (piece.shape) continue;
    for (const before of piece.predecessors) before.successors = before.successors.filter((each) => each !== piece);
    for (const after of piece.successors) after.predecessors = after.predecessors.filter((each) => each !== piece);
    for (const before of piece.predecessors)
      for (const after of piece.successors) if (before !== piece && after !== piece) joints.link(before, after);
    piece.predecessors = [];
    piece.successors = [];
  }
}

function dropFarOnes(all: readonly Piece[], findings: Findings): void {
  for (const piece of all) {
    piece.successors = piece.successors.filter((next) => {
      const [middle, edges] = gaps(piece, next);
      const text = `the next lane (${placeOf(next)}) begins ${centimetres(middle)} away from where it ends`;
      if (middle > REACH) {
        findings.warn(placeOf(piece), `${text}: the link is left out`);
        next.predecessors = next.predecessors.filter((each) => each !== piece);
        return false;
      }
      if (middle > MEET) findings.warn(placeOf(piece), text);
      else if (edges > MEET)
        findings.warn(
          placeOf(piece),
          `the edges of the next lane (${placeOf(next)}) begin ${centimetres(edges)} away from its own`,
        );
      return true;
    });
  }
}

/** m between the end of one lane and the start of the next: of their middles, and at most of their edges. */
function gaps({ shape: a }: Piece, { shape: b }: Piece): [middle: number, edges: number] {
  if (!a || !b) return [Infinity, Infinity];
  const apart = (from: readonly number[], to: readonly number[]): number => {
    const last = from.length - 3;
    const [dx, dy, dz] = [0, 1, 2].map((i) => (from[last + i] as number) - (to[i] as number)) as [
      number,
      number,
      number,
    ];
    return hypot(hypot(dx, dy), dz);
  };
  return [apart(a.centre, b.centre), Math.max(apart(a.left, b.left), apart(a.right, b.right))];
}

function centimetres(length: number): string {
  return length < REACH ? `${(100 * length).toFixed(1)} cm` : `${length.toFixed(2)} m`;
}
