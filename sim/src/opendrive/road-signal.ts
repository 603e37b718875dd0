import type { Reader } from './attributes.ts';
import { LIMITS } from './limits.ts';
import { toSpeed } from './speed-limit.ts';

/** What a signal is to traffic. */
type SignalRole = 'light' | 'pedestrian-light' | 'stop' | 'yield' | 'speed' | 'stop-line';

/** Where and for whom a signal holds. */
export interface Validity {
  /** m along its road. */
  readonly s: number;
  /** m to the left of the reference line. */
  readonly t: number;
  /** For traffic in the direction of the road (+), against it (-), or both. */
  readonly orientation: '+' | '-' | 'none';
  /** Ranges of lane ids; without any it holds for every lane of its direction. */
  readonly lanes: readonly (readonly [from: number, to: number])[];
  readonly reader: Reader;
}

/** A signal that means something here. */
export interface RoadSignal extends Validity {
  readonly id: string;
  readonly name: string;
  readonly role: SignalRole;
  /** m, its lower edge above the road, and its height. */
  readonly zOffset: number;
  readonly height: number;
  /** rad, from the direction of the road. */
  readonly hOffset: number;
  /** m/s, of a speed limit. */
  readonly speed: number | null;
  /** Where it stands in the world, m and rad, where the file says so apart from its road. */
  readonly inertial: { readonly x: number; readonly y: number; readonly z: number } | null;
}

/** Another place where a signal holds. */
export interface SignalReference extends Validity {
  readonly id: string;
}

export interface RoadSignals {
  readonly signals: readonly RoadSignal[];
  readonly references: readonly SignalReference[];
}

/** Light signals of the OpenDRIVE catalogue that vehicles drive by: the three-colour light and its forms with arrows. */
const LIGHTS = ['1000001', '1000008', '1000009', '1000010', '1000011', '1000012'];
const PEDESTRIAN_LIGHT = '1000002';

/**
 * Signs and painted lines. Bare numbers are those of Germany's StVO, which OpenDRIVE's examples and CARLA use for any country;
 * R1-1, R1-2 and R2-1 are those of the US MUTCD.
 */
const SIGNS: Readonly<Record<string, SignalRole>> = {
  '205': 'yield',
  '206': 'stop',
  '274': 'speed',
  '294': 'stop-line',
  '341': 'stop-line',
  'R1-1': 'stop',
  'R1-2': 'yield',
  'R2-1': 'speed',
};

export function readSignals(road: Reader): RoadSignals {
  const signals: RoadSignal[] = [];
  for (const element of road.listed('signals', 'signal')) {
    const id = element.attributes['id'] ?? '';
    const reader = road.at(element, `signal ${id}`);
    const role = roleOf(reader);
    if (role === null) continue;
    signals.push({
      ...readValidity(reader),
      id,
      name: reader.text('name') ?? '',
      role,
      zOffset: reader.optionalNumber('zOffset') ?? 0,
      height: reader.optionalNumber('height') ?? 0,
      hOffset: reader.optionalNumber('hOffset') ?? 0,
      speed: role === 'speed' ? readSignSpeed(reader) : null,
      inertial: readInertial(reader),
    });
  }
  const references = road.listed('signals', 'signalReference').map((element) => {
    const id = element.attributes['id'] ?? '';
    return { ...readValidity(road.at(element, `signal reference ${id}`)), id };
  });
  return { signals, references };
}

function roleOf(reader: Reader): SignalRole | null {
  const type = reader.text('type') ?? '';
  const meaning = reader
    .listed('semantics', 'priority')
    .map(({ attributes }) => attributes['type'])
    .find((priority) => priority === 'stop' || priority === 'yield');
  if (meaning === 'stop' || meaning === 'yield') return meaning;
  if (type === PEDESTRIAN_LIGHT) return 'pedestrian-light';
  if (LIGHTS.includes(type)) return 'light';
  const role = SIGNS[type] ?? null;
  const country = reader.text('country') ?? '';
  if (role === null && (reader.text('dynamic') === 'yes' || type.startsWith('10000')))
    reader.gather(`signals of type ${type} (country "${country}") are not read`);
  return role;
}

function readValidity(reader: Reader): Validity {
  const orientation = reader.text('orientation') ?? 'none';
  if (orientation !== '+' && orientation !== '-' && orientation !== 'none')
    reader.warn(`it is taken to hold both ways: expected the orientation +, - or none, got "${orientation}"`);
  const lanes = reader.children('validity').map((element) => {
    const range = reader.at(element, 'validity');
    const bound = (name: string): number => range.number(name, { min: -1000, max: 1000 });
    const [from, to] = [bound('fromLane'), bound('toLane')];
    return [Math.min(from, to), Math.max(from, to)] as const;
  });
  return {
    s: reader.number('s', { missing: 0, min: -LIMITS.roadLength, max: LIMITS.roadLength }),
    t: reader.optionalNumber('t') ?? 0,
    orientation: orientation === '+' || orientation === '-' ? orientation : 'none',
    lanes,
    reader,
  };
}

function readSignSpeed(reader: Reader): number | null {
  const value = reader.optionalNumber('value');
  if (value === null || value <= 0) {
    reader.warn('the speed limit sign is left out: expected an attribute value of more than 0');
    return null;
  }
  const usual = reader.text('type')?.startsWith('R') ? 'mph' : 'km/h';
  return toSpeed(reader, value, reader.text('unit') ?? usual);
}

function readInertial(reader: Reader): RoadSignal['inertial'] {
  const element = reader.child('positionInertial');
  if (!element) {
    if (reader.child('positionRoad'))
      reader.gather('signals that stand beside another road (positionRoad) are shown at their own');
    return null;
  }
  const position = reader.at(element, 'positionInertial');
  return { x: position.number('x'), y: position.number('y'), z: position.number('z', { missing: 0 }) };
}
