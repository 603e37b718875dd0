import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, test } from 'vitest';
import { LaneGraph } from '../road/lane-graph.ts';
import { readOpenDrive, type RoadMap } from './index.ts';
import { lane, openDrive, road, section, tJunction } from './testing/fixture.ts';

const speed = '<type s="0" type="rural"><speed max="20"/></type>';

function read(text: string): RoadMap {
  const found = readOpenDrive(text, 'test');
  new LaneGraph(found.map);
  return found;
}

const texts = ({ warnings }: RoadMap): string[] => warnings.map(({ place, text }) => `${place}: ${text}`);
const on = ({ map, sources }: RoadMap, id: string, laneId: number): MapLane[] =>
  map.lanes.filter((_, i) => sources[i]?.startsWith(`road ${id}, `) && sources[i]?.includes(`lane ${laneId} (`));

interface SignalText {
  id: string;
  s: number;
  t?: number;
  orientation?: string;
  type?: string;
  country?: string;
  dynamic?: string;
  inside?: string;
  hOffset?: number;
}

const signal = ({
  id,
  s,
  t = -4,
  orientation = '+',
  type = '1000001',
  country = 'OpenDRIVE',
  dynamic = 'yes',
  inside = '',
  hOffset = 0,
}: SignalText): string =>
  `<signal id="${id}" name="S${id}" s="${s}" t="${t}" zOffset="3" height="1" hOffset="${hOffset}" orientation="${orientation}" dynamic="${dynamic}" country="${country}" type="${type}" subtype="-1">${inside}</signal>`;

describe('traffic lights', () => {
  test('one beside the approach governs every way on from it, and traffic stands beside it', () => {
    const found = read(tJunction({ signals1: signal({ id: '7', s: 86 }) }));
    expect(texts(found)).toEqual([]);
    expect(found.map.signals).toEqual([
      {
        id: 0,
        kind: 'vehicle',
        position: [expect.closeTo(-14, 9), expect.closeTo(-4, 9), 3.5],
        heading: expect.closeTo(0, 9),
        group: 0,
        junction: 0,
        name: 'S7',
      },
    ]);
    expect([on(found, '12', -1)[0]?.signal, on(found, '13', -1)[0]?.signal]).toEqual([0, 0]);
    expect([on(found, '21', -1)[0]?.signal, on(found, '32', -1)[0]?.signal]).toEqual([null, null]);
    expect(on(found, '1', -1)[0]?.stopLine).toBeCloseTo(4, 6);
  });

  test('a reference on a connecting road makes it govern that road alone; lanes that are named count more than the orientation', () => {
    const found = read(
      tJunction({
        signals1: signal({ id: '7', s: 86, orientation: '-', inside: '<validity fromLane="0" toLane="0"/>' }),
        signals12:
          '<signalReference id="7" s="0.5" t="0" orientation="-"><validity fromLane="-1" toLane="-1"/></signalReference>',
      }),
    );
    expect(texts(found)).toEqual([
      expect.stringContaining('the orientation of a signal contradicts the lanes that it names'),
    ]);
    expect([on(found, '12', -1)[0]?.signal, on(found, '13', -1)[0]?.signal]).toEqual([0, null]);
    expect(found.map.signals[0]).toMatchObject({ junction: 0, heading: expect.closeTo(0, 9) });
    expect(on(found, '1', -1)[0]?.stopLine).toBeCloseTo(4, 6);
  });

  test('those of one controller are one group, others have groups of their own', () => {
    const found = read(
      tJunction({
        signals1: signal({ id: '7', s: 86 }) + signal({ id: '8', s: 86, t: 4 }),
        signals3: signal({ id: '9', s: 4, t: 4, orientation: '-' }),
        rest: '<controller id="c"><control signalId="7"/><control signalId="8"/></controller>',
      }),
    );
    expect(texts(found)).toEqual([]);
    expect(found.map.signals.map(({ group }) => group)).toEqual([0, 0, 1]);
    expect(on(found, '32', -1)[0]?.signal).toBe(2);
  });

  test('far from any junction one divides the road, and governs driving on', () => {
    const found = read(openDrive(road({ type: speed, signals: signal({ id: '1', s: 50 }) })));
    const [before, after] = on(found, '1', -1);
    expect(after?.signal).toBe(0);
    expect([before?.signal, before?.stopLine]).toEqual([null, 0]);
    expect(found.map.signals[0]?.junction).toBeNull();
  });

  test('one that governs nothing is told', () => {
    const found = read(
      tJunction({ signals1: signal({ id: '7', s: 86, inside: '<validity fromLane="-5" toLane="-3"/>' }) }),
    );
    expect(texts(found)).toEqual(['road 1, signal 7 (line 31): the light governs no lane']);
  });
});

describe('stop lines and signs', () => {
  test('traffic stands at the painted line, not at the light', () => {
    const line = signal({ id: '6', s: 84, t: -1.75, type: '294', country: 'DE', dynamic: 'no' });
    expect(on(read(tJunction({ signals1: line + signal({ id: '7', s: 86 }) })), '1', -1)[0]?.stopLine).toBeCloseTo(
      6,
      6,
    );
    const painted =
      '<object id="6" type="roadMark" subtype="signalLines" name="StopLine" s="83" t="-1.75" width="3.5" orientation="+"/>';
    const found = read(tJunction({ objects1: painted, signals1: signal({ id: '7', s: 86 }) }));
    expect(on(found, '1', -1)[0]?.stopLine).toBeCloseTo(7, 6);
    expect(on(found, '1', 1)[0]?.stopLine).toBe(0);
  });

  test.each([
    ['205', 'DE', { yields: true, stops: false }],
    ['206', 'OpenDRIVE', { yields: true, stops: true }],
    ['R1-1', 'US', { yields: true, stops: true }],
    ['R1-2', 'US', { yields: true, stops: false }],
    ['306', 'DE', { yields: false, stops: false }],
  ])('a sign %s (%s) on the approach: %s', (type, country, expected) => {
    const found = read(
      tJunction({ signals3: signal({ id: '5', s: 2, t: 4, orientation: '-', type, country, dynamic: 'no' }) }),
    );
    expect(on(found, '3', 1)[0]).toMatchObject(expected);
    expect(on(found, '1', -1)[0]).toMatchObject({ yields: false });
    if (expected.yields) expect(on(found, '3', 1)[0]?.stopLine).toBeCloseTo(2, 6);
  });

  test('a priority of the junction lets the lower approach give way, but not for turns in which each is lower once', () => {
    const low = read(tJunction({ junction: '<priority high="12" low="32"/>' }));
    expect([on(low, '3', 1)[0]?.yields, on(low, '1', -1)[0]?.yields]).toEqual([true, false]);
    const both = read(tJunction({ junction: '<priority high="12" low="21"/><priority high="21" low="13"/>' }));
    expect([on(both, '1', -1)[0]?.yields, on(both, '2', 1)[0]?.yields]).toEqual([false, false]);
  });

  test('a sign with no junction near is told', () => {
    const found = read(
      openDrive(road({ type: speed, signals: signal({ id: '1', s: 50, type: '206', dynamic: 'no' }) })),
    );
    expect(texts(found)).toEqual([
      expect.stringContaining('the stop sign holds for no lane: no junction follows within 40 m'),
    ]);
  });
});

describe('crosswalks', () => {
  const outline = (corners: string): string =>
    `<outlines><outline id="0" closed="true">${corners}</outline></outlines>`;
  const corner = (u: number, v: number): string => `<cornerLocal u="${u}" v="${v}" z="0" height="0"/>`;
  const local = outline([corner(-2, -3.5), corner(2, -3.5), corner(2, 3.5), corner(-2, 3.5)].join(''));
  const byRoad = outline(
    [
      [58, -3.5],
      [62, -3.5],
      [62, 3.5],
      [58, 3.5],
    ]
      .map(([s, t]) => `<cornerRoad s="${s}" t="${t}" dz="0" height="0"/>`)
      .join(''),
  );
  const crosswalk = (attributes: string, inside: string): RoadMap =>
    read(
      openDrive(
        road({ type: speed, objects: `<object id="x" type="crosswalk" s="60" t="0" ${attributes}>${inside}</object>` }),
      ),
    );

  test.each([
    ['corners beside its own origin', '', local],
    ['corners beside the road', '', byRoad],
    ['length and width', 'length="4" width="7"', ''],
    ['length and width of one that is turned', 'length="7" width="4" hdg="1.5707963267948966"', ''],
  ])('by %s: people walk across the road, and each lane knows where', (_, attributes, inside) => {
    const { map } = crosswalk(attributes, inside);
    expect(map.crossings).toHaveLength(1);
    const { axis, width, lanes, signal: head } = map.crossings[0] as (typeof map.crossings)[number];
    expect(width).toBeCloseTo(4, 6);
    expect([axis[0], axis[3]]).toEqual([expect.closeTo(60, 6), expect.closeTo(60, 6)]);
    expect([axis[1] ?? 0, axis[4] ?? 0].sort((a, b) => a - b)).toEqual([
      expect.closeTo(-3.5, 6),
      expect.closeTo(3.5, 6),
    ]);
    // Lane 0 is that against the road: it meets the crosswalk 38 m after its start.
    expect(lanes).toEqual([
      { lane: 0, from: expect.closeTo(38, 6), to: expect.closeTo(42, 6) },
      { lane: 1, from: expect.closeTo(58, 6), to: expect.closeTo(62, 6) },
    ]);
    expect(head).toBeNull();
  });

  test('the head at its end is its signal, and belongs to the junction that the crosswalk is at', () => {
    const found = read(
      tJunction({
        objects1: '<object id="x" type="crosswalk" s="86" t="0" length="4" width="7"/>',
        signals1:
          signal({ id: '7', s: 80 }) +
          signal({ id: '8', s: 86, t: -4.5, type: '1000002', orientation: 'none', hOffset: -Math.PI / 2 }),
      }),
    );
    expect(texts(found)).toEqual([]);
    expect(found.map.crossings[0]?.signal).toBe(1);
    expect(found.map.signals[1]).toMatchObject({
      kind: 'pedestrian',
      junction: 0,
      heading: expect.closeTo(-Math.PI / 2, 9),
    });
  });

  test('traffic that gives way without a stop line keeps the crosswalk before it free', () => {
    const sign = signal({ id: '5', s: 0, type: '205', dynamic: 'no' });
    const found = read(
      tJunction({
        objects1: '<object id="x" type="crosswalk" s="86" t="0" length="4" width="7"/>',
        junction: '<priority high="32" low="12"/>',
        signals3: sign,
      }),
    );
    expect(on(found, '1', -1)[0]).toMatchObject({ yields: true, stopLine: expect.closeTo(90 - 84 + 1, 6) });
  });

  test('one that crosses nothing or has no shape is left out and told', () => {
    expect(texts(crosswalk('', ''))).toEqual([
      expect.stringContaining('expected an outline of three or more corners, or a length and a width'),
    ]);
    expect(texts(crosswalk('length="900" width="7"', ''))).toEqual([
      expect.stringContaining('expected sides of 0.1 to 200 m, got'),
    ]);
    const beside = read(
      openDrive(road({ type: speed, objects: '<object id="x" type="crosswalk" s="60" t="40" length="4" width="7"/>' })),
    );
    expect(texts(beside)).toEqual([expect.stringContaining('it crosses no lane for vehicles')]);
  });

  test('one below a bridge is not on it', () => {
    const bridge = road({
      id: '2',
      type: speed,
      elevation: '<elevation s="0" a="6" b="0" c="0" d="0"/>',
      lanes: section(0, [lane(-1)]),
    });
    const { map } = read(
      openDrive(
        road({ type: speed, objects: '<object id="x" type="crosswalk" s="60" t="0" length="4" width="7"/>' }),
        bridge,
      ),
    );
    expect(map.crossings[0]?.lanes.map(({ lane: id }) => id)).toEqual([0, 1]);
  });
});
