import { sorted, type Along } from './along.ts';
import type { Reader } from './attributes.ts';
import { readLaneSection, type LaneSection } from './lane-section.ts';
import { LIMITS } from './limits.ts';
import { readPlanView, type PlanView } from './plan-view.ts';
import { type Profile, readProfile } from './profile.ts';
import { readRoadObjects, type RoadObjects } from './road-object.ts';
import { readSignals, type RoadSignals } from './road-signal.ts';
import { readSpeed, usualSpeed } from './speed-limit.ts';
import type { XmlElement } from './xml.ts';

export type RoadEnd = 'start' | 'end';

/** What a road meets at one of its ends. */
interface RoadLink {
  readonly kind: 'road' | 'junction';
  readonly id: string;
  /** Which end of the other road, where it is a road. */
  readonly contact: RoadEnd | null;
}

export interface Road {
  readonly id: string;
  readonly name: string;
  /** m */
  readonly length: number;
  /** Id of the junction it is a connecting road of. */
  readonly junction: string | null;
  readonly leftHand: boolean;
  readonly links: Readonly<Record<RoadEnd, RoadLink | null>>;
  readonly plan: PlanView;
  /** m */
  readonly elevation: Profile;
  /** rad, positive where the left side is higher. */
  readonly superelevation: Profile;
  /** rad, by which each side falls off from the reference line. */
  readonly crossfall: { readonly left: Profile; readonly right: Profile };
  /** m to the left, by which the centre lane is moved. */
  readonly laneOffset: Profile;
  /** In ascending order of `s`; at least one. */
  readonly sections: readonly LaneSection[];
  /** m/s by the road's type. */
  readonly speeds: readonly Along<number>[];
  /** Whether the file states a speed for any of its types. */
  readonly statesSpeed: boolean;
  readonly signals: RoadSignals;
  readonly objects: RoadObjects;
  readonly reader: Reader;
}

/** @param origin m, what the file's coordinates are moved by. @throws MapError */
export function readRoad(root: Reader, element: XmlElement, origin: { x: number; y: number }): Road {
  const id = root.at(element, 'road').requireText('id');
  const road = root.at(element, `road ${id}`);
  const length = road.number('length', { min: 0, max: LIMITS.roadLength });
  if (!(length > 0)) road.fail('a length of more than 0 m', `${length}`);
  const rule = road.text('rule') ?? 'RHT';
  if (rule !== 'RHT' && rule !== 'LHT') road.warn(`expected the rule RHT or LHT, got "${rule}": RHT is taken`);
  const leftHand = rule === 'LHT';
  const junction = road.text('junction') ?? '-1';
  const types = road.children('type').map((type) => {
    const reader = road.at(type, 'type');
    const [speed] = reader.children('speed');
    const stated = speed ? readSpeed(reader.at(speed, 'speed')) : null;
    const usual = usualSpeed(reader.text('type') ?? '');
    return { s: reader.number('s', { missing: 0 }), value: stated ?? usual, stated: stated !== null };
  });
  const sections = road
    .listed('lanes', 'laneSection')
    .map((section, index) => readLaneSection(road, section, index, leftHand))
    .sort((a, b) => a.s - b.s);
  if (sections.length === 0) road.fail('lanes with a laneSection', 'none');
  const plan = readPlanView(road, origin);
  plan.check(road, length);
  warnOfTheRest(road);
  return {
    id,
    name: road.text('name') ?? '',
    length,
    junction: junction === '-1' || junction === '' ? null : junction,
    leftHand,
    links: { start: readLink(road, 'predecessor'), end: readLink(road, 'successor') },
    plan,
    elevation: readProfile(road, road.listed('elevationProfile', 'elevation'), 'elevation', 's'),
    superelevation: readProfile(road, road.listed('lateralProfile', 'superelevation'), 'superelevation', 's'),
    crossfall: { left: readCrossfall(road, 'left'), right: readCrossfall(road, 'right') },
    laneOffset: readProfile(road, road.listed('lanes', 'laneOffset'), 'lane offset', 's'),
    sections,
    speeds: sorted(types),
    statesSpeed: types.some(({ stated }) => stated),
    signals: readSignals(road),
    objects: readRoadObjects(road),
    reader: road,
  };
}

function readCrossfall(road: Reader, side: 'left' | 'right'): Profile {
  const records = road
    .listed('lateralProfile', 'crossfall')
    .filter(({ attributes }) => (attributes['side'] ?? 'both') === 'both' || attributes['side'] === side);
  return readProfile(road, records, 'crossfall', 's');
}

function readLink(road: Reader, name: 'predecessor' | 'successor'): RoadLink | null {
  const [element] = road.listed('link', name);
  if (!element) return null;
  const reader = road.at(element, name);
  const kind = reader.text('elementType') ?? 'road';
  if (kind !== 'road' && kind !== 'junction') {
    reader.warn(`the link is left out: expected the elementType road or junction, got "${kind}"`);
    return null;
  }
  const id = reader.text('elementId');
  if (id === undefined) {
    reader.warn('the link is left out: expected an attribute elementId, got none');
    return null;
  }
  if (reader.text('elementS') !== undefined) {
    reader.warn(
      'the link is left out: roads that meet another one in its middle (elementS, virtual junctions) are not supported',
    );
    return null;
  }
  const contact = readContact(reader);
  if (kind === 'road' && contact === null) return null;
  return { kind, id, contact };
}

/** The end of a road that an attribute `contactPoint` names; null, with a warning, where it names none. */
export function readContact(reader: Reader): RoadEnd | null {
  const contact = reader.text('contactPoint');
  if (contact === 'start' || contact === 'end') return contact;
  if (contact !== undefined || reader.text('elementType') !== 'junction')
    reader.warn(
      `it is left out: expected the contactPoint start or end, got ${contact === undefined ? 'none' : `"${contact}"`}`,
    );
  return null;
}

/** What is in the file and changes nothing here. */
function warnOfTheRest(road: Reader): void {
  for (const element of road.listed('lateralProfile', 'shape'))
    road
      .at(element, 'shape')
      .gather('the lateral shape of roads is not read: they are flat across, but for superelevation and crossfall');
  for (const element of road.listed('lateralProfile', 'crossSectionSurface'))
    road.at(element, 'crossSectionSurface').gather('surfaces across roads are not read');
  for (const element of road.listed('surface', 'CRG')) road.at(element, 'CRG').gather('OpenCRG surfaces are not read');
  for (const element of road.children('railroad')) road.at(element, 'railroad').gather('railways are not read');
  for (const element of road.element.children)
    if (!KNOWN.includes(element.name))
      road.at(element, element.name).gather(`an element ${element.name} is not known and not read`);
}

const KNOWN = [
  'link',
  'type',
  'planView',
  'elevationProfile',
  'lateralProfile',
  'lanes',
  'objects',
  'signals',
  'surface',
  'railroad',
  'userData',
  'include',
  'dataQuality',
];
