import type { LaneKind } from '@gauntlet/agents-sdk/protocol';
import { sorted, type Along } from './along.ts';
import type { Reader } from './attributes.ts';
import { LIMITS } from './limits.ts';
import { readProfile, type Profile } from './profile.ts';
import { readRoadMarks, type RoadMark } from './road-mark.ts';
import { readSpeed } from './speed-limit.ts';
import type { XmlElement } from './xml.ts';

/** m above the road's surface, at the edge towards the middle of the road and at the other one. */
interface LaneHeight {
  readonly inner: number;
  readonly outer: number;
}

/** A lane of a lane section. All places are in m along the road. */
export interface Lane {
  /** Positive on the left of the reference line, negative on its right, counted from the middle. */
  readonly id: number;
  readonly type: string;
  /** Null for what nobody moves on. */
  readonly kind: LaneKind | null;
  /** Whether traffic drives in the direction of the road. */
  readonly forward: boolean;
  /** m, or null where its outer edge is given instead. */
  readonly width: Profile | null;
  /** m from the centre lane to its outer edge. */
  readonly border: Profile | null;
  readonly heights: readonly Along<LaneHeight>[];
  /** On its outer edge. */
  readonly marks: readonly Along<RoadMark>[];
  /** m/s */
  readonly speeds: readonly Along<number | null>[];
  readonly frictions: readonly Along<number | null>[];
  /** Ids of lanes in what comes before its section and after it, in the direction of the road. */
  readonly predecessors: readonly number[];
  readonly successors: readonly number[];
  readonly reader: Reader;
}

export interface LaneSection {
  readonly s: number;
  /** From the middle outwards; null where the section says nothing about that side. */
  readonly left: readonly Lane[] | null;
  readonly right: readonly Lane[] | null;
  /** On the centre lane. */
  readonly marks: readonly Along<RoadMark>[];
  readonly reader: Reader;
}

/** OpenDRIVE's lane types by what they are for here. Types that are not named are nobody's way: none, curb, restricted, tram, rail... */
const KINDS: Readonly<Record<string, LaneKind>> = Object.fromEntries(
  (
    [
      [
        'driving',
        'driving entry exit onRamp offRamp connectingRamp mwyEntry mwyExit slipLane bidirectional shared bus taxi HOV',
      ],
      ['shoulder', 'shoulder border stop'],
      ['sidewalk', 'sidewalk walking'],
      ['biking', 'biking'],
      ['median', 'median'],
      ['parking', 'parking'],
    ] as const
  ).flatMap(([kind, types]) => types.split(' ').map((type) => [type, kind])),
);

/** Types of which vehicles of every sort are let onto lanes that are meant for some. */
const RESERVED = ['bus', 'taxi', 'HOV'];

/** @param index of the section in the file. @param leftHand whether the road's traffic keeps left. */
export function readLaneSection(road: Reader, element: XmlElement, index: number, leftHand: boolean): LaneSection {
  const reader = road.at(element, `lane section ${index}`);
  const s = reader.number('s', { min: -1, max: LIMITS.roadLength });
  const oneSide = reader.text('singleSide') === 'true' || reader.text('singleSide') === '1';
  const side = (name: string, sign: number): Lane[] | null => {
    const elements = reader.listed(name, 'lane');
    if (elements.length === 0 && oneSide) return null;
    const lanes = elements.map((lane) => readLane(reader, lane, s, leftHand));
    return order(lanes, sign, name);
  };
  const left = side('left', 1);
  const right = side('right', -1);
  if ((left ?? []).length + (right ?? []).length === 0) reader.warn('it has no lanes but the centre lane');
  const [centre] = reader.listed('center', 'lane');
  return { s, left, right, marks: centre ? readRoadMarks(reader.at(centre, 'lane 0'), 0, s) : [], reader };
}

/** From the middle outwards, each id once. */
function order(lanes: readonly Lane[], sign: number, side: string): Lane[] {
  const kept: Lane[] = [];
  for (const lane of [...lanes].sort((a, b) => Math.abs(a.id) - Math.abs(b.id))) {
    const inner = kept[kept.length - 1];
    if (lane.id * sign <= 0) {
      lane.reader.warn(
        `it is left out: expected ${sign > 0 ? 'positive' : 'negative'} ids on the ${side}, got ${lane.id}`,
      );
    } else if (inner?.id === lane.id) {
      lane.reader.warn('it is left out: there is another lane of this id in its section');
    } else {
      const before = Math.abs(lane.id) - 1;
      if (before !== Math.abs(inner?.id ?? 0))
        lane.reader.warn(`there is no lane ${before * sign} between it and the middle`);
      kept.push(lane);
    }
  }
  return kept;
}

function readLane(section: Reader, element: XmlElement, from: number, leftHand: boolean): Lane {
  const id = section.at(element, 'lane').number('id', { min: -1000, max: 1000 });
  const reader = section.at(element, `lane ${id}`);
  if (!Number.isInteger(id)) reader.fail('a whole number as id', String(id));
  const type = reader.text('type') ?? 'none';
  const widths = reader.children('width');
  const borders = reader.children('border');
  if (widths.length > 0 && borders.length > 0) reader.gather('a lane has widths and borders: its widths count');
  const links = (name: string): number[] =>
    reader.listed('link', name).map((link) => reader.at(link, name).number('id', { min: -1000, max: 1000 }));
  return {
    id,
    type,
    kind: kindOf(reader, type),
    forward: drivesForward(reader, id, type, leftHand),
    width: borders.length === 0 || widths.length > 0 ? readProfile(reader, widths, 'width', 'sOffset', from) : null,
    border: borders.length > 0 && widths.length === 0 ? readProfile(reader, borders, 'border', 'sOffset', from) : null,
    heights: along(reader, 'height', from, (each) => ({
      inner: each.number('inner', { missing: 0, min: -HIGH, max: HIGH }),
      outer: each.number('outer', { missing: 0, min: -HIGH, max: HIGH }),
    })),
    marks: readRoadMarks(reader, id, from),
    speeds: along(reader, 'speed', from, readSpeed),
    frictions: along(reader, 'material', from, readFriction),
    predecessors: links('predecessor'),
    successors: links('successor'),
    reader,
  };
}

/** m: lanes are not higher above their road than that. */
const HIGH = 10;

function along<T>(lane: Reader, name: string, from: number, read: (reader: Reader) => T): Along<T>[] {
  return sorted(
    lane.children(name).map((element) => {
      const reader = lane.at(element, name);
      return { s: from + reader.number('sOffset', { missing: 0 }), value: read(reader) };
    }),
  );
}

function kindOf(reader: Reader, type: string): LaneKind | null {
  const kind = KINDS[type] ?? null;
  if (kind === 'driving') {
    if (RESERVED.includes(type)) reader.gather(`a lane of type ${type} is open to all vehicles`);
    if (type === 'bidirectional') reader.gather('a bidirectional lane is driven in one direction only');
  }
  const accesses = reader.children('access').map((element) => reader.at(element, 'access'));
  const allowed = accesses.filter((each) => each.text('rule') !== 'deny').map((each) => each.text('restriction'));
  if (accesses.length === 0) return kind;
  if (kind === 'driving' && allowed.length === 1 && allowed[0] === 'bicycle') return 'biking';
  if (kind === 'driving' && allowed.length === 1 && allowed[0] === 'pedestrian') return 'sidewalk';
  reader.gather('who may use a lane (access) is not read, save where it is bicycles or pedestrians alone');
  return kind;
}

function drivesForward(reader: Reader, id: number, type: string, leftHand: boolean): boolean {
  const standard = id < 0 !== leftHand;
  const direction = reader.text('direction') ?? 'standard';
  if (direction === 'reversed') return !standard;
  if (direction === 'both' && type !== 'bidirectional')
    reader.gather('a lane of both directions is driven in one only');
  return standard;
}

/** The highest friction that a lane of a map may have. */
const MOST_FRICTION = 1.5;

function readFriction(reader: Reader): number | null {
  const friction = reader.optionalNumber('friction');
  if (friction === null) return null;
  if (friction <= 0) {
    reader.warn(`the friction is left out: expected more than 0, got ${friction}`);
    return null;
  }
  if (friction <= MOST_FRICTION) return friction;
  reader.warn(`the friction is taken as ${MOST_FRICTION}: expected no more than that, got ${friction}`);
  return MOST_FRICTION;
}
