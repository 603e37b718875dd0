import type { MapCrossing, MapLane, MapSignal } from '@gauntlet/agents-sdk/protocol';
import { Reader } from './attributes.ts';
import { crossingOf, wheelLanes } from './crossings.ts';
import { Effort } from './effort.ts';
import { Findings } from './findings.ts';
import { lightsBetween } from './halt.ts';
import { joinPieces } from './joints.ts';
import { readJunction, type Junction } from './junction.ts';
import { applyLights } from './lights.ts';
import { LIMITS } from './limits.ts';
import { MapError } from './map-error.ts';
import { readPieces, type Piece, type RoadPieces } from './piece.ts';
import { countGeometries } from './plan-view.ts';
import { checkReach } from './reach.ts';
import type { RoadMap } from './road-map.ts';
import type { RoadSignal } from './road-signal.ts';
import { readRoad, type Road } from './road.ts';
import { applyPriorities, applySigns } from './signs.ts';
import { fillSpeeds } from './speed-limit.ts';
import { applyStopLines, type Wait } from './stop-line.ts';
import { readXml, type XmlElement } from './xml.ts';

/**
 * Reads a road map of OpenDRIVE 1.4 to 1.8. Each lane of each lane section becomes a lane of the map, in the order of the file; a
 * section is divided where a lane's speed limit, friction, road marks, tunnel or light changes.
 * @param text the whole file.
 * @param name what the map shall be called.
 * @throws MapError that says where and why the file cannot be read.
 */
export function readOpenDrive(text: string, name: string): RoadMap {
  const findings = new Findings();
  const root = new Reader(readXml(text), findings);
  const { element } = root;
  if (element.name !== 'OpenDRIVE')
    throw new MapError(`line ${element.line}`, 'the root element OpenDRIVE', element.name);
  const version = readVersion(root);
  const elements = root.children('road');
  checkCounts(root, elements);

  const roads = readRoads(root, elements);
  const junctions = readJunctions(root);
  const pieces: Piece[] = [];
  const laidOut = layOutRoads(roads, junctions, pieces, findings);
  joinPieces(laidOut, junctions, findings);
  const lanes = pieces.filter(({ shape }) => shape !== null);
  if (!lanes.some(({ kind }) => kind === 'driving'))
    throw new MapError('file', 'a lane that can be driven (of type driving or the like)', 'none');
  fillSpeeds(lanes, findings);
  applyPriorities([...junctions.values()], laidOut);
  const waits: Wait[] = [];
  const signals = applyLights(laidOut, [...junctions.values()], readControllers(root), waits);
  applySigns(laidOut, waits);
  applyStopLines(laidOut, waits);
  checkReach(lanes, findings);
  const crossings = readCrossings(roads, lanes, signals);

  return {
    map: {
      name,
      drivingSide: drivingSide(roads, findings),
      lanes: describeLanes(lanes, crossings),
      signals: signals.map((signal) => inJunction(signal, crossings, lanes)),
      crossings,
    },
    warnings: findings.all(),
    sources: lanes.map(({ lane }) => lane.reader.place),
    file: {
      version,
      roads: roads.length,
      roadLength: roads.reduce((sum, { length }) => sum + length, 0),
      junctions: [...junctions.values()].map(({ id, name: junction }) => ({ id, name: junction })),
    },
  };
}

function readVersion(root: Reader): string {
  const header = root.child('header');
  if (!header) {
    root.findings.warn('file', 'there is no header: OpenDRIVE 1.4 is taken');
    return '1.4';
  }
  const reader = root.at(header, 'header');
  const [major, minor] = [reader.text('revMajor') ?? '1', reader.text('revMinor') ?? '4'];
  const version = `${major}.${minor}`;
  if (major !== '1') reader.fail('OpenDRIVE 1.4 to 1.8', version, 'export the map in one of these versions');
  if (!/^[4-8]$/.test(minor))
    reader.warn(`it is read as OpenDRIVE 1.4 to 1.8, but says that it is ${version.slice(0, 20)}`);
  if (reader.child('offset'))
    reader.gather('the offset of the map in the world is not read: its own coordinates are kept');
  for (const name of ['include', 'station', 'railroad', 'junctionGroup'] as const) {
    const [element] = root.children(name);
    if (element) root.at(element, name).gather(`elements ${name} are not read`);
  }
  return version.slice(0, 20);
}

function checkCounts(root: Reader, roads: readonly XmlElement[]): void {
  if (roads.length === 0) throw new MapError('file', 'a road', 'none');
  const counts: [what: string, count: number, most: number][] = [
    ['geometries', countGeometries(roads), LIMITS.geometries],
    ['signals', countIn(roads, 'signals', () => true), LIMITS.signals],
    ['tunnels', countIn(roads, 'objects', ({ name }) => name === 'tunnel'), LIMITS.tunnels],
    [
      'crosswalks',
      countIn(roads, 'objects', ({ attributes }) => attributes['type'] === 'crosswalk'),
      LIMITS.crosswalks,
    ],
  ];
  for (const [what, count, most] of counts)
    if (count > most) throw new MapError('file', `at most ${most} ${what}`, String(count), 'divide the map');
}

function countIn(roads: readonly XmlElement[], container: string, counts: (element: XmlElement) => boolean): number {
  let count = 0;
  for (const road of roads)
    for (const list of road.children) if (list.name === container) count += list.children.filter(counts).length;
  return count;
}

function readRoads(root: Reader, elements: readonly XmlElement[]): Road[] {
  const roads = new Map<string, Road>();
  const origin = originOf(root, elements);
  for (const element of elements) {
    const road = readRoad(root, element, origin);
    if (roads.has(road.id)) road.reader.warn('it is left out: there is another road of this id');
    else roads.set(road.id, road);
  }
  return [...roads.values()];
}

/** m: maps that lie farther from their origin lose precision, and are moved. */
const FAR = 1e5;

/** What the file's coordinates are moved by, so that maps in the coordinates of a whole country (UTM) lie near the origin. */
function originOf(root: Reader, roads: readonly XmlElement[]): { x: number; y: number } {
  for (const road of roads) {
    for (const plan of road.children) {
      const geometry = plan.name === 'planView' ? plan.children[0] : undefined;
      if (!geometry) continue;
      const reader = root.at(geometry, `road ${road.attributes['id'] ?? ''}, geometry 0`);
      const [x, y] = [reader.number('x'), reader.number('y')];
      if (Math.abs(x) < FAR && Math.abs(y) < FAR) return { x: 0, y: 0 };
      const origin = { x: 1000 * Math.round(x / 1000), y: 1000 * Math.round(y / 1000) };
      reader.warn(`the map lies far from its origin: it is moved by ${-origin.x} m east and ${-origin.y} m north`);
      return origin;
    }
  }
  return { x: 0, y: 0 };
}

function readJunctions(root: Reader): Map<string, Junction> {
  const junctions = new Map<string, Junction>();
  for (const element of root.children('junction')) {
    const junction = readJunction(root, element);
    if (junctions.has(junction.id)) junction.reader.warn('it is left out: there is another junction of this id');
    else junctions.set(junction.id, junction);
  }
  return junctions;
}

/** By id of a signal: the controller that switches it. */
function readControllers(root: Reader): Map<string, string> {
  const controllers = new Map<string, string>();
  for (const element of root.children('controller')) {
    const reader = root.at(element, `controller ${element.attributes['id'] ?? ''}`);
    const id = reader.text('id') ?? '';
    for (const { attributes } of reader.children('control')) {
      const signal = attributes['signalId'] ?? '';
      const other = controllers.get(signal);
      if (other !== undefined && other !== id)
        reader.warn(`signal ${signal} stays with controller ${other}, which names it too`);
      else controllers.set(signal, id);
    }
  }
  return controllers;
}

function layOutRoads(
  roads: readonly Road[],
  junctions: ReadonlyMap<string, Junction>,
  pieces: Piece[],
  findings: Findings,
): Map<string, RoadPieces> {
  const effort = new Effort();
  const indices = new Map([...junctions.keys()].map((id, index) => [id, index]));
  const lights = new Map<string, RoadSignal>();
  for (const { signals } of roads)
    for (const signal of signals.signals) if (signal.role === 'light') lights.set(signal.id, signal);
  const laidOut = new Map<string, RoadPieces>();
  for (const road of roads) {
    const junction = road.junction === null ? null : (indices.get(road.junction) ?? null);
    if (road.junction !== null && junction === null)
      findings.warn(road.reader.place, `it is in no junction: there is no junction ${road.junction}`);
    for (const link of [road.links.start, road.links.end])
      if (link?.kind === 'junction' && !indices.has(link.id))
        road.reader.warn(`a link is left out: there is no junction ${link.id}`);
    const between = lightsBetween(road, lights);
    laidOut.set(road.id, readPieces(road, junction, between, pieces, effort));
  }
  return laidOut;
}

function readCrossings(roads: readonly Road[], lanes: readonly Piece[], signals: readonly MapSignal[]): MapCrossing[] {
  const crossings: MapCrossing[] = [];
  const wheels = wheelLanes(lanes);
  for (const road of roads) {
    for (const crosswalk of road.objects.crosswalks) {
      const crossing = crossingOf(road, crosswalk, crossings.length, wheels, signals);
      if (crossing) crossings.push(crossing);
    }
  }
  return crossings;
}

function drivingSide(roads: readonly Road[], findings: Findings): 'left' | 'right' {
  const left = roads.filter(({ leftHand }) => leftHand);
  const [first] = left;
  if (!first) return 'right';
  if (left.length < roads.length)
    findings.warn(
      first.reader.place,
      `${left.length} of ${roads.length} roads have left-hand traffic, the others right-hand traffic`,
    );
  return 2 * left.length > roads.length ? 'left' : 'right';
}

/** m before a crosswalk, and how far behind it the end of the lane may be, where traffic that waits keeps the crosswalk free. */
const CLEAR = 1;
const BEHIND_CROSSWALK = 15;

function describeLanes(lanes: readonly Piece[], crossings: readonly MapCrossing[]): MapLane[] {
  const ids = new Map(lanes.map((piece, id) => [piece, id]));
  const id = (piece: Piece): number => ids.get(piece) ?? 0;
  const first = new Map<number, number>();
  for (const crossing of crossings)
    for (const { lane, from, to } of crossing.lanes) {
      const length = lanes[lane]?.length ?? 0;
      if (length - to < BEHIND_CROSSWALK) first.set(lane, Math.min(first.get(lane) ?? Infinity, from));
    }
  return lanes.map((piece, index) => {
    const crosswalk = first.get(index);
    const kept = crosswalk === undefined ? 0 : Math.min(piece.length, piece.length - crosswalk + CLEAR);
    const waits = piece.yields || piece.successors.some(({ signal }) => signal !== null);
    return {
      id: index,
      kind: piece.kind,
      centre: piece.shape?.centre ?? [],
      left: piece.shape?.left ?? [],
      right: piece.shape?.right ?? [],
      speedLimit: piece.speed ?? 0,
      successors: piece.successors.map(id),
      predecessors: piece.predecessors.map(id),
      leftNeighbour: piece.leftNeighbour && id(piece.leftNeighbour),
      rightNeighbour: piece.rightNeighbour && id(piece.rightNeighbour),
      junction: piece.junction,
      leftMarking: piece.leftMarking,
      rightMarking: piece.rightMarking,
      yields: piece.yields,
      stops: piece.stops,
      stopLine: piece.stopLine ?? (waits ? kept : 0),
      signal: piece.signal,
      tunnel: piece.tunnel,
      friction: piece.friction,
    };
  });
}

/** The head of a crossing that no controller of a junction switches belongs to the junction that the crossing is at. */
function inJunction(signal: MapSignal, crossings: readonly MapCrossing[], lanes: readonly Piece[]): MapSignal {
  if (signal.kind !== 'pedestrian' || signal.junction !== null) return signal;
  const crossing = crossings.find((each) => each.signal === signal.id);
  for (const { lane } of crossing?.lanes ?? []) {
    const piece = lanes[lane];
    const junction = piece?.junction ?? piece?.successors.find((next) => next.junction !== null)?.junction;
    if (junction !== undefined && junction !== null) return { ...signal, junction };
  }
  return signal;
}
