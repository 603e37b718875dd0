import { counterpart, lanesOf, type LaneSection, type LaneSpec, type Mark, type Measure } from './cross-section.ts';
import { ease } from './elevation.ts';
import type { Cubic, PlanElement } from './plan-view.ts';
import type { Contact, CrosswalkSpec, Junction, Road, RoadNetwork, SignalSpec, TunnelSpec } from './road-network.ts';
import { element, xmlText, type XmlElement } from './xml.ts';

/** m: how high kerbs stand. */
const KERB = 0.12;
/** m: painted lines. */
const PAINT = 0.12;

/** The network as ASAM OpenDRIVE 1.7. */
export function writeOpenDrive(network: RoadNetwork): string {
  return xmlText(
    element('OpenDRIVE', {}, [
      element('header', { revMajor: 1, revMinor: 7, name: network.name, version: '1', vendor: 'Gauntlet' }),
      ...network.roads.map(roadElement),
      ...network.controllers.map(({ id, name, signals }) =>
        element(
          'controller',
          { id, name, sequence: 0 },
          signals.map((signal) => element('control', { signalId: signal, type: '0' })),
        ),
      ),
      ...network.junctions.map(junctionElement),
    ]),
  );
}

function roadElement(road: Road): XmlElement {
  const { id, name, line, type, speed, junction, sections, elevation } = road;
  return element('road', { name, length: line.length, id, junction: junction?.id ?? -1, rule: 'RHT' }, [
    element('link', {}, [linkElement(road, 'start'), linkElement(road, 'end')]),
    element('type', { s: 0, type }, [element('speed', { max: speed, unit: 'km/h' })]),
    element('planView', {}, line.elements.map(geometryElement)),
    elevation
      ? element(
          'elevationProfile',
          {},
          elevation.map(({ s, cubic }) => element('elevation', { s, ...coefficients(cubic) })),
        )
      : null,
    element('lanes', {}, [...laneOffsets(road), ...sections.map((_, i) => sectionElement(road, i))]),
    road.crosswalks.length + road.tunnels.length > 0
      ? element('objects', {}, [...road.crosswalks.map(crosswalkElement), ...road.tunnels.map(tunnelElement)])
      : null,
    road.signals.length > 0 ? element('signals', {}, road.signals.map(signalElement)) : null,
  ]);
}

function linkElement({ links }: Road, contact: Contact): XmlElement | null {
  const link = links[contact];
  if (!link) return null;
  const name = contact === 'start' ? 'predecessor' : 'successor';
  return 'road' in link
    ? element(name, { elementType: 'road', elementId: link.road.id, contactPoint: link.contact })
    : element(name, { elementType: 'junction', elementId: link.id });
}

function geometryElement(piece: PlanElement): XmlElement {
  const { s, start, length } = piece;
  return element('geometry', { s, x: start.x, y: start.y, hdg: start.heading, length }, [shapeElement(piece)]);
}

function shapeElement(piece: PlanElement): XmlElement {
  switch (piece.kind) {
    case 'line':
      return element('line');
    case 'arc':
      return element('arc', { curvature: piece.curvature });
    case 'spiral':
      return element('spiral', { curvStart: piece.from, curvEnd: piece.to });
    case 'paramPoly3': {
      const [aU, bU, cU, dU] = piece.u;
      const [aV, bV, cV, dV] = piece.v;
      return element('paramPoly3', { aU, bU, cU, dU, aV, bV, cV, dV, pRange: 'normalized' });
    }
  }
}

/** Nothing where lane 0 is the reference line all along. */
function laneOffsets(road: Road): XmlElement[] {
  if (road.sections.every(({ offset }) => offset === undefined)) return [];
  return road.sections.map(({ s, offset }, i) =>
    element('laneOffset', { s, ...coefficients(cubicOf(offset ?? 0, sectionLength(road, i))) }),
  );
}

/** m */
function sectionLength({ sections, line }: Road, index: number): number {
  return (sections[index + 1]?.s ?? line.length) - (sections[index]?.s ?? 0);
}

function cubicOf(measure: Measure, length: number): Cubic {
  return typeof measure === 'number' ? [measure, 0, 0, 0] : ease(measure[0], measure[1], length);
}

function sectionElement(road: Road, index: number): XmlElement {
  const section = road.sections[index] as LaneSection;
  const length = sectionLength(road, index);
  const lane = ({ id, lane: spec }: { id: number; lane: LaneSpec }): XmlElement =>
    laneElement(id, spec, length, laneLinks(road, index, id));
  const left = lanesOf(section, 'left').reverse();
  const right = lanesOf(section, 'right');
  return element('laneSection', { s: section.s }, [
    left.length > 0 ? element('left', {}, left.map(lane)) : null,
    element('center', {}, [element('lane', { id: 0, type: 'none', level: 'false' }, [markElement(section.centre)])]),
    right.length > 0 ? element('right', {}, right.map(lane)) : null,
  ]);
}

/** What a lane joins at the start and the end of its section, along the reference line. */
function laneLinks(road: Road, index: number, id: number): [before: number | null, after: number | null] {
  const section = road.sections[index] as LaneSection;
  const [before, after] = [road.sections[index - 1], road.sections[index + 1]];
  const connection = road.laneLinks.find((link) => link.id === id);
  return [
    before ? counterpart(section, id, before) : (connection?.from ?? null),
    after ? counterpart(section, id, after) : (connection?.to ?? null),
  ];
}

function laneElement(
  id: number,
  lane: LaneSpec,
  length: number,
  [before, after]: [number | null, number | null],
): XmlElement {
  const { type, width, mark, speed, friction } = lane;
  return element('lane', { id, type, level: 'false' }, [
    element('link', {}, [
      before === null ? null : element('predecessor', { id: before }),
      after === null ? null : element('successor', { id: after }),
    ]),
    element('width', { sOffset: 0, ...coefficients(cubicOf(width, length)) }),
    markElement(mark),
    friction === undefined ? null : element('material', { sOffset: 0, surface: 'asphalt', friction }),
    speed === undefined ? null : element('speed', { sOffset: 0, max: speed, unit: 'km/h' }),
    type === 'sidewalk' ? element('height', { sOffset: 0, inner: KERB, outer: KERB }) : null,
  ]);
}

function markElement(mark: Mark): XmlElement {
  const painted = mark !== 'none' && mark !== 'curb';
  return element('roadMark', {
    sOffset: 0,
    type: mark,
    weight: 'standard',
    color: 'standard',
    width: painted ? PAINT : undefined,
    laneChange: mark === 'broken' ? 'both' : 'none',
  });
}

function crosswalkElement({ id, s, width, fromT, toT }: CrosswalkSpec): XmlElement {
  const middle = (fromT + toT) / 2;
  const [along, across] = [width / 2, Math.abs(toT - fromT) / 2];
  const corners = [
    [-along, -across],
    [along, -across],
    [along, across],
    [-along, across],
  ] as const;
  return element(
    'object',
    {
      type: 'crosswalk',
      subtype: 'pedestrian',
      id,
      name: `crosswalk ${id}`,
      s,
      t: middle,
      zOffset: 0,
      orientation: 'none',
      hdg: 0,
      length: width,
      width: 2 * across,
      height: 0,
    },
    [
      element('outlines', {}, [
        element(
          'outline',
          { id: 0, closed: 'true', outer: 'true', fillType: 'paint' },
          corners.map(([u, v], i) => element('cornerLocal', { id: i, u, v, z: 0, height: 0 })),
        ),
      ]),
    ],
  );
}

function tunnelElement({ id, name, s, length }: TunnelSpec): XmlElement {
  return element('tunnel', { id, name, type: 'standard', s, length, lighting: 0.8, daylight: 0 });
}

function signalElement(signal: SignalSpec): XmlElement {
  const { id, name, s, t, zOffset, country, type, dynamic, orientation, hOffset, lanes, width, height } = signal;
  return element(
    'signal',
    {
      id,
      name,
      s,
      t,
      zOffset,
      orientation,
      dynamic: dynamic ? 'yes' : 'no',
      country,
      type,
      subtype: signal.subtype ?? '-1',
      hOffset: hOffset ?? 0,
      width,
      height,
    },
    [
      element('validity', { fromLane: lanes[0], toLane: lanes[1] }),
      signal.dependsOn === undefined ? null : element('dependency', { id: signal.dependsOn, type: 'limitline' }),
      signal.stopLine === undefined
        ? null
        : element('reference', { elementId: signal.stopLine, elementType: 'signal', type: 'stopline' }),
    ],
  );
}

function junctionElement({ id, name, connections, direct, controllers }: Junction): XmlElement {
  return element('junction', { id, name, type: direct.length > 0 ? 'direct' : 'default' }, [
    ...direct.map(({ from, to, lanes }, i) =>
      element(
        'connection',
        { id: i, incomingRoad: from.id, linkedRoad: to.id, contactPoint: 'start' },
        lanes.map(([a, b]) => element('laneLink', { from: a, to: b })),
      ),
    ),
    ...connections.map((road, i) =>
      element(
        'connection',
        { id: i, incomingRoad: incoming(road), connectingRoad: road.id, contactPoint: 'start' },
        road.laneLinks
          .filter(({ from }) => from !== null)
          .map((link) => element('laneLink', { from: link.from ?? 0, to: link.id })),
      ),
    ),
    ...controllers.map((controller) => element('controller', { id: controller.id, type: '0', sequence: 0 })),
  ]);
}

function incoming({ id, links }: Road): number {
  if (!links.start || !('road' in links.start)) throw new RangeError(`road ${id} connects no road`);
  return links.start.road.id;
}

function coefficients([a, b, c, d]: Cubic) {
  return { a, b, c, d };
}
