import type { Reader } from './attributes.ts';
import { LIMITS } from './limits.ts';
import type { XmlElement } from './xml.ts';

/** A place that is crossed on foot, as a polygon beside the reference line. */
export interface Crosswalk {
  readonly id: string;
  /** m along the road, m to its left: corners, either so ... */
  readonly road: readonly { readonly s: number; readonly t: number }[];
  /** ... or m forwards and to the left of the object's origin, which is turned by `heading` from the road's direction. */
  readonly local: readonly { readonly u: number; readonly v: number }[];
  readonly s: number;
  readonly t: number;
  readonly heading: number;
  readonly reader: Reader;
}

/** Part of a road, m along it. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A painted line, where traffic halts. */
export interface PaintedStopLine {
  readonly s: number;
  /** m to the left of the reference line, where it begins and ends. */
  readonly fromT: number;
  readonly toT: number;
  readonly orientation: '+' | '-' | 'none';
}

export interface RoadObjects {
  readonly crosswalks: readonly Crosswalk[];
  readonly tunnels: readonly Span[];
  readonly stopLines: readonly PaintedStopLine[];
}

export function readRoadObjects(road: Reader): RoadObjects {
  const crosswalks: Crosswalk[] = [];
  const stopLines: PaintedStopLine[] = [];
  for (const element of road.listed('objects', 'object')) {
    const reader = road.at(element, `object ${element.attributes['id'] ?? ''}`);
    const type = reader.text('type') ?? 'none';
    if (type === 'crosswalk') {
      const crosswalk = readCrosswalk(reader);
      if (crosswalk) crosswalks.push(crosswalk);
    } else if (/^stop[ _-]?line$/i.test(type) || (type === 'roadMark' && /stop[ _-]?line/i.test(labels(reader)))) {
      stopLines.push(readStopLine(reader));
    } else if (OBSTACLES.includes(type)) {
      reader.gather(`objects of type ${type} are not read: nothing stands in the way there`);
    }
  }
  for (const element of road.listed('objects', 'objectReference'))
    road.at(element, 'objectReference').gather('references to objects are not read');
  const tunnels = road.listed('objects', 'tunnel').map((element) => {
    const reader = road.at(element, 'tunnel');
    const from = reader.number('s', { missing: 0, min: -1, max: LIMITS.roadLength });
    return { from, to: from + reader.number('length', { min: 0, max: LIMITS.roadLength }) };
  });
  return { crosswalks, tunnels, stopLines };
}

/** What would be driven into. */
const OBSTACLES = ['barrier', 'obstacle', 'building', 'wall', 'railing', 'trafficIsland', 'pole', 'tree'];

function labels(reader: Reader): string {
  return `${reader.text('subtype') ?? ''} ${reader.text('name') ?? ''}`;
}

function readCrosswalk(reader: Reader): Crosswalk | null {
  const place = {
    id: reader.text('id') ?? '',
    s: reader.number('s', { missing: 0, min: -LIMITS.roadLength, max: LIMITS.roadLength }),
    t: reader.optionalNumber('t') ?? 0,
    heading: reader.optionalNumber('hdg') ?? 0,
    reader,
  };
  const [outline] = [...reader.listed('outlines', 'outline'), ...reader.children('outline')];
  const corners = outline?.children ?? [];
  const road = read(reader, corners, 'cornerRoad', (corner) => ({ s: corner.number('s'), t: corner.number('t') }));
  const local = read(reader, corners, 'cornerLocal', (corner) => ({ u: corner.number('u'), v: corner.number('v') }));
  if (road.length >= 3 || local.length >= 3) return { ...place, road, local };
  const [length, width] = [reader.optionalNumber('length') ?? 0, reader.optionalNumber('width') ?? 0];
  if (!(length > 0 && width > 0)) {
    reader.warn('the crosswalk is left out: expected an outline of three or more corners, or a length and a width');
    return null;
  }
  const [u, v] = [length / 2, width / 2];
  const rectangle = [
    { u: -u, v: -v },
    { u, v: -v },
    { u, v },
    { u: -u, v },
  ];
  return { ...place, road: [], local: rectangle };
}

function read<T>(reader: Reader, corners: readonly XmlElement[], name: string, one: (corner: Reader) => T): T[] {
  return corners.filter((corner) => corner.name === name).map((corner) => one(reader.at(corner, name)));
}

function readStopLine(reader: Reader): PaintedStopLine {
  const t = reader.optionalNumber('t') ?? 0;
  // A line's long side is called its width or its length, as it was drawn along or across the road.
  const half = Math.max(reader.optionalNumber('width') ?? 0, reader.optionalNumber('length') ?? 0) / 2;
  const orientation = reader.text('orientation');
  return {
    s: reader.number('s', { missing: 0, min: -LIMITS.roadLength, max: LIMITS.roadLength }),
    fromT: t - half,
    toT: t + half,
    orientation: orientation === '+' || orientation === '-' ? orientation : 'none',
  };
}
