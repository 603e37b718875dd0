import { innerEdge, outerEdge, type LaneType } from './cross-section.ts';
import { sectionAt, type Road, type RoadEnd, type RoadNetwork, type SignalSpec } from './road-network.ts';

/** m: of a head or sign above the road, and beside its edge. */
const SIGN_HEIGHT = 2.2;
const LIGHT_HEIGHT = 3;
const OVERHEAD = 5;
const BESIDE = 0.6;

/** 1 where those who drive to this end of a road are on lanes with positive ids, else -1. */
export function arriving({ contact }: RoadEnd): 1 | -1 {
  return contact === 'end' ? -1 : 1;
}

/** The s of a place `before` m from an end of a road. */
export function sBefore({ road, contact }: RoadEnd, before: number): number {
  return contact === 'end' ? road.line.length - before : before;
}

/** The ids of the lanes for wheels that lead to an end of a road, lowest and highest, and where they end to the right, t in m. */
function approach(end: RoadEnd): { lanes: [number, number]; kerb: number } {
  const section = sectionAt(end);
  const sign = arriving(end);
  const types = sign > 0 ? section.left : section.right;
  const count = types.findLastIndex(({ type }) => WHEELS.includes(type)) + 1;
  return {
    lanes: sign > 0 ? [1, count] : [-count, -1],
    kerb: outerEdge(section, sign * count, end.contact),
  };
}

const WHEELS: readonly LaneType[] = ['driving', 'biking'];

/**
 * Lights for the traffic that arrives at an end of a road, with their stop line (StVO 294) `before` m from the end: one for the
 * leftmost lane, from which one turns left alone, and one for the others.
 */
export function addTrafficLights(
  network: RoadNetwork,
  end: RoadEnd,
  name: string,
  before: number,
): { left: SignalSpec; others: SignalSpec } {
  const { lanes, kerb } = approach(end);
  const sign = arriving(end);
  const line = addStopLine(network, end, before);
  const light = {
    s: sBefore(end, before),
    zOffset: LIGHT_HEIGHT,
    country: 'OpenDRIVE',
    dynamic: true,
    orientation: orientation(end),
    width: 0.3,
    height: 0.9,
    stopLine: line.id,
  } as const;
  const innermost = innerEdge(sectionAt(end), sign, end.contact);
  return {
    left: network.signal(end.road, {
      ...light,
      name: `${name}, left`,
      t: innermost,
      zOffset: OVERHEAD,
      type: '1000011',
      subtype: '10',
      lanes: [sign, sign],
    }),
    others: network.signal(end.road, {
      ...light,
      name,
      t: kerb + sign * BESIDE,
      type: '1000001',
      lanes: sign > 0 ? [2, lanes[1]] : [lanes[0], -2],
    }),
  };
}

/** A yield (205) or stop sign (206 of the StVO) with the line that belongs to it. */
export function addSign(network: RoadNetwork, end: RoadEnd, kind: 'yield' | 'stop', before: number): SignalSpec {
  const { lanes, kerb } = approach(end);
  const line = addStopLine(network, end, before);
  return network.signal(end.road, {
    name: kind,
    s: sBefore(end, before),
    t: kerb + arriving(end) * BESIDE,
    zOffset: SIGN_HEIGHT,
    country: 'DE',
    type: kind === 'yield' ? '205' : '206',
    dynamic: false,
    orientation: orientation(end),
    lanes,
    width: 0.9,
    height: 0.9,
    stopLine: line.id,
  });
}

/** The heads at both ends of a crosswalk, for those who walk towards them. */
export function addPedestrianLights(
  network: RoadNetwork,
  road: Road,
  name: string,
  place: { s: number; fromT: number; toT: number; lanes: readonly [number, number] },
): SignalSpec[] {
  return ([-1, 1] as const).map((side) =>
    network.signal(road, {
      name,
      s: place.s,
      t: (side < 0 ? place.fromT : place.toT) + side * BESIDE,
      zOffset: SIGN_HEIGHT,
      country: 'OpenDRIVE',
      type: '1000002',
      dynamic: true,
      orientation: 'none',
      hOffset: (side * Math.PI) / 2,
      lanes: place.lanes,
      width: 0.3,
      height: 0.6,
    }),
  );
}

function addStopLine(network: RoadNetwork, end: RoadEnd, before: number): SignalSpec {
  const { lanes, kerb } = approach(end);
  const middle = innerEdge(sectionAt(end), arriving(end), end.contact);
  return network.signal(end.road, {
    name: 'stop line',
    s: sBefore(end, before),
    t: (middle + kerb) / 2,
    zOffset: 0,
    country: 'DE',
    type: '294',
    dynamic: false,
    orientation: orientation(end),
    lanes,
    width: Math.abs(kerb - middle),
    height: 0,
  });
}

function orientation(end: RoadEnd): '+' | '-' {
  return arriving(end) < 0 ? '+' : '-';
}
