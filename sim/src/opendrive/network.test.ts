import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, test } from 'vitest';
import { LaneGraph } from '../road/lane-graph.ts';
import { readOpenDrive, type RoadMap } from './index.ts';
import { lane, line, openDrive, road, section, tJunction, toJunction, toRoad } from './testing/fixture.ts';

const speed = '<type s="0" type="rural"><speed max="20"/></type>';

function read(...content: string[]): RoadMap {
  const found = readOpenDrive(openDrive(...content), 'test');
  new LaneGraph(found.map);
  return found;
}

const texts = ({ warnings }: RoadMap): string[] => warnings.map(({ place, text }) => `${place}: ${text}`);

/** Lanes by `road section lane`, several where a section was divided, in the order along the road. */
function named({ map, sources }: RoadMap, name: string): MapLane[] {
  const [id, sectionIndex, laneId] = name.split(' ');
  return map.lanes.filter((_, i) =>
    sources[i]?.startsWith(`road ${id}, lane section ${sectionIndex}, lane ${laneId} `),
  );
}

const one = (found: RoadMap, name: string): MapLane => {
  const lanes = named(found, name);
  expect(lanes).toHaveLength(1);
  return lanes[0] as MapLane;
};

describe('lanes follow one another', () => {
  test('from section to section and from road to road, whichever way the roads point', () => {
    const found = read(
      road({
        id: 'a',
        type: speed,
        link: toRoad('successor', 'b', 'end'),
        lanes:
          section(0, [lane(1, { successor: 1 }), lane(-1, { successor: -1 })]) +
          section(40, [lane(1, { predecessor: 1, successor: -1 }), lane(-1, { predecessor: -1, successor: 1 })]),
      }),
      // Drawn from far away towards a, so that its lanes have the opposite ids.
      road({
        id: 'b',
        type: speed,
        planView: line(200, 0, Math.PI, 100),
        link: toRoad('successor', 'a', 'end'),
        lanes: section(0, [lane(1, { successor: -1 }), lane(-1, { successor: 1 })]),
      }),
    );
    expect(texts(found)).toEqual([]);
    const id = (name: string): number => one(found, name).id;
    expect(one(found, 'a 0 -1').successors).toEqual([id('a 1 -1')]);
    expect(one(found, 'a 1 -1').successors).toEqual([id('b 0 1')]);
    expect(one(found, 'b 0 -1').successors).toEqual([id('a 1 1')]);
    expect(one(found, 'a 1 1').successors).toEqual([id('a 0 1')]);
    expect(one(found, 'a 0 1').successors).toEqual([]);
  });

  test('through junctions, by the links of connections', () => {
    const found = readOpenDrive(tJunction(), 'T');
    expect(texts(found)).toEqual([]);
    const id = (name: string): number => one(found, name).id;
    expect(one(found, '1 0 -1').successors).toEqual([id('12 0 -1'), id('13 0 -1')]);
    expect(one(found, '12 0 -1')).toMatchObject({ successors: [id('2 0 -1')], junction: 0 });
    expect(one(found, '13 0 -1')).toMatchObject({ successors: [id('3 0 -1')], predecessors: [id('1 0 -1')] });
    expect(one(found, '3 0 1').successors).toEqual([id('32 0 -1')]);
    expect(found.file.junctions).toEqual([{ id: 'j', name: 'T' }]);
    // Connecting roads without a limit are driven as the roads they come from.
    expect(one(found, '12 0 -1').speedLimit).toBeCloseTo(50 / 3.6, 12);
  });

  test('at once in direct junctions, where a lane may lead into two roads', () => {
    const lanes = section(0, [lane(-1)]);
    const found = read(
      road({ id: '1', type: speed, link: toJunction('successor', '9'), lanes: section(0, [lane(-1), lane(-2)]) }),
      road({
        id: '2',
        type: speed,
        planView: line(100, 0, 0, 100),
        link: toJunction('predecessor', '9'),
        lanes: section(0, [lane(-1)]),
      }),
      road({ id: '3', type: speed, planView: line(100, -3.5, 0, 100), link: toJunction('predecessor', '9'), lanes }),
      `<junction id="9" name="exit" type="direct">
        <connection id="0" incomingRoad="1" linkedRoad="2" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
        <connection id="1" incomingRoad="1" linkedRoad="3" contactPoint="start"><laneLink from="-2" to="-1"/></connection>
      </junction>`,
    );
    expect(texts(found)).toEqual([]);
    expect(one(found, '1 0 -1').successors).toEqual([one(found, '2 0 -1').id]);
    expect(one(found, '1 0 -2').successors).toEqual([one(found, '3 0 -1').id]);
    expect(one(found, '3 0 -1').junction).toBeNull();
  });

  test('by equal ids where neither connection nor connecting road says which', () => {
    const text = tJunction().replace(
      'contactPoint="start"><laneLink from="-1" to="-1"/></connection>',
      'contactPoint="start"/>',
    );
    expect(readOpenDrive(text, 'T').map.lanes[1]?.successors).toHaveLength(2);
  });

  test('through lane sections too short to have a surface', () => {
    const found = read(
      road({
        type: speed,
        lanes:
          section(0, [lane(-1, { successor: -1 }), lane(-2, { successor: -2 })]) +
          section(50, [lane(-1, { predecessor: -1, successor: -2 }), lane(-2, { predecessor: -2, successor: -1 })]) +
          section(50.0005, [lane(-1, { predecessor: -2 }), lane(-2, { predecessor: -1 })]),
      }),
    );
    expect(named(found, '1 1 -1')).toEqual([]);
    // The links cross over in the short section, where the lanes then lie 3.5 m apart.
    expect(one(found, '1 0 -1').successors).toEqual([]);
    expect(texts(found).filter((text) => text.includes('3.50 m away'))).toHaveLength(2);
  });

  test('of a ring road, without any of them following itself', () => {
    const found = read(
      road({
        length: 2 * Math.PI * 50,
        type: speed,
        planView: `<geometry s="0" x="0" y="0" hdg="0" length="${2 * Math.PI * 50}"><arc curvature="0.02"/></geometry>`,
        link: toRoad('predecessor', '1', 'end') + toRoad('successor', '1', 'start'),
        lanes: section(0, [lane(-1, { predecessor: -1, successor: -1 })]),
      }),
    );
    expect(texts(found)).toEqual([]);
    expect(found.map.lanes.map(({ successors }) => successors)).toEqual([[1], [0]]);
  });

  test('single-sided lane sections leave the other side as it is', () => {
    const found = read(
      road({
        type: speed,
        lanes:
          section(0, [lane(1), lane(-1, { successor: -1 })]) +
          section(60, [lane(-1, { predecessor: -1 }), lane(-2)], '', 'singleSide="true"'),
      }),
    );
    const [before, after] = named(found, '1 0 1');
    expect(after?.successors).toEqual([before?.id]);
    expect(one(found, '1 1 -2').centre.slice(0, 2)).toEqual([60, -5.25]);
  });

  test('lanes that miss each other are told with their distance; those more than a metre apart are not linked', () => {
    const at = (y: number): RoadMap =>
      read(
        road({
          id: 'a',
          type: speed,
          link: toRoad('successor', 'b', 'start'),
          lanes: section(0, [lane(-1, { successor: -1 })]),
        }),
        road({
          id: 'b',
          type: speed,
          planView: line(100, y, 0, 100),
          link: toRoad('predecessor', 'a', 'end'),
          lanes: section(0, [lane(-1)]),
        }),
      );
    expect(texts(at(0.04))).toEqual([]);
    const near = at(0.3);
    expect(texts(near)).toEqual([
      expect.stringMatching(/^road a, lane section 0, lane -1 .*: the next lane \(road b.*\) begins 30.0 cm away/),
    ]);
    expect(near.map.lanes[0]?.successors).toEqual([1]);
    const far = at(1.2);
    expect(texts(far)[0]).toMatch(/begins 1.20 m away from where it ends: the link is left out/);
    expect(far.map.lanes[0]?.successors).toEqual([]);
    // Which then leaves b without a way in.
    expect(texts(far).slice(1)).toEqual([
      expect.stringContaining('no traffic can get to this lane'),
      expect.stringContaining('traffic cannot leave this lane'),
    ]);
  });

  test('lanes of opposite directions are not linked head-on', () => {
    const found = read(
      road({
        id: 'a',
        type: speed,
        link: toRoad('successor', 'b', 'start'),
        lanes: section(0, [lane(-1, { successor: 1 })]),
      }),
      road({ id: 'b', type: speed, planView: line(100, 0, 0, 100) }),
    );
    expect(texts(found)).toContainEqual(expect.stringContaining('it is linked to a lane of the opposite direction'));
  });
});

describe('lanes side by side', () => {
  const marked = (mark: string, attributes = ''): [toRight: boolean, toLeft: boolean] => {
    const more = `<roadMark sOffset="0" type="${mark}" ${attributes}/>`;
    const found = read(road({ type: speed, lanes: section(0, [lane(-1, { more }), lane(-2)]) }));
    return [one(found, '1 0 -1').rightNeighbour === 1, one(found, '1 0 -2').leftNeighbour === 0];
  };

  test.each([
    ['broken', '', [true, true]],
    ['none', '', [true, true]],
    ['solid', '', [false, false]],
    ['solid solid', '', [false, false]],
    ['curb', '', [false, false]],
    // From the inside to the outside: who is inside has the first line next to him.
    ['solid broken', '', [false, true]],
    ['broken solid', '', [true, false]],
    ['broken', 'laneChange="none"', [false, false]],
    ['solid', 'laneChange="both"', [true, true]],
    // Towards higher ids is to the left.
    ['broken', 'laneChange="increase"', [false, true]],
    ['broken', 'laneChange="decrease"', [true, false]],
  ] as const)('a mark "%s" %s lets one change to the right, to the left: %s', (mark, attributes, expected) => {
    expect(marked(mark, attributes)).toEqual(expected);
  });

  test('on left lanes a "solid broken" line is solid towards the middle of the road', () => {
    const found = read(
      road({ type: speed, lanes: section(0, [lane(2), lane(1, { mark: 'solid broken' }), lane(-1)]) }),
    );
    expect(one(found, '1 0 1')).toMatchObject({ rightNeighbour: null, rightMarking: 'solid' });
    expect(one(found, '1 0 2')).toMatchObject({ leftNeighbour: one(found, '1 0 1').id, leftMarking: 'broken' });
  });

  test('lanes of opposite directions and lanes for others are no neighbours', () => {
    const found = read(
      road({
        type: speed,
        lanes: section(
          0,
          [lane(1), lane(-1, { mark: 'broken' }), lane(-2, { type: 'shoulder' })],
          '<roadMark sOffset="0" type="broken"/>',
        ),
      }),
    );
    expect(one(found, '1 0 -1')).toMatchObject({
      leftNeighbour: null,
      rightNeighbour: null,
      leftMarking: 'broken',
      rightMarking: 'broken',
    });
  });
});

describe('what changes along a lane divides it', () => {
  test('speed limits of roads, lanes and signs, in every unit', () => {
    const kmh = (found: RoadMap, name: string): number[] =>
      named(found, name).map(({ speedLimit }) => Math.round(3.6 * speedLimit));
    const types =
      '<type s="0" type="rural"><speed max="25" unit="mph"/></type><type s="30" type="rural"><speed max="20"/></type>';
    const more = '<speed sOffset="60" max="50" unit="km/h"/>';
    const found = read(road({ type: types, lanes: section(0, [lane(1), lane(-1, { more })]) }));
    expect(kmh(found, '1 0 -1')).toEqual([40, 72, 50]);
    const sign = (id: number, s: number, value: number, orientation: string): string =>
      `<signal id="${id}" s="${s}" t="-4" orientation="${orientation}" dynamic="no" country="DE" type="274" value="${value}" unit="km/h"/>`;
    const signed = read(
      road({ type: speed, signals: sign(1, 20, 30, '+') + sign(2, 50, 70, '+') + sign(3, 80, 60, '-') }),
    );
    expect(kmh(signed, '1 0 -1')).toEqual([72, 30, 70, 70]);
    expect(kmh(signed, '1 0 1')).toEqual([60, 60, 60, 72]);
  });

  test('friction, tunnels and road marks, at the places where the file says so', () => {
    const found = read(
      road({
        type: speed,
        objects: '<tunnel id="t" s="20" length="30" type="standard"/>',
        lanes: section(0, [
          lane(-1, {
            more: '<material sOffset="40" friction="0.3"/><roadMark sOffset="0" type="solid"/><roadMark sOffset="70" type="broken"/>',
          }),
          lane(-2),
        ]),
      }),
    );
    const pieces = named(found, '1 0 -1');
    expect(pieces.map(({ centre }) => centre[0])).toEqual([0, 20, 40, 50, 70]);
    expect(pieces.map(({ tunnel }) => tunnel)).toEqual([false, true, true, false, false]);
    expect(pieces.map(({ friction }) => friction)).toEqual([null, null, 0.3, 0.3, 0.3]);
    expect(pieces.map(({ rightNeighbour }) => rightNeighbour !== null)).toEqual([false, false, false, false, true]);
    expect(named(found, '1 0 -2').map(({ friction }) => friction)).toEqual([null, null, null, null, null]);
  });

  test('a lane that tapers to nothing ends where a car no longer fits; what is left of it is shoulder', () => {
    const taper = '<width sOffset="0" a="4" b="0" c="0" d="0"/><width sOffset="60" a="4" b="-0.1" c="0" d="0"/>';
    const found = read(
      road({ type: speed, lanes: section(0, [lane(-1, { mark: 'broken' }), lane(-2, { width: taper })]) }),
    );
    const [open, rest] = named(found, '1 0 -2');
    expect(open).toMatchObject({ kind: 'driving', successors: [], leftNeighbour: 0 });
    expect(open?.centre.at(-3)).toBeCloseTo(80, 2);
    expect(rest).toMatchObject({ kind: 'shoulder', predecessors: [], leftNeighbour: null });
    expect(texts(found)).toEqual([]);
  });

  test('a lane without any width is left out, and begins where it widens', () => {
    const grows =
      '<width sOffset="0" a="0" b="0" c="0" d="0"/><width sOffset="50" a="0" b="0" c="0.0105" d="-0.00035"/><width sOffset="70" a="3.5" b="0" c="0" d="0"/>';
    const found = read(road({ type: speed, lanes: section(0, [lane(-1), lane(-2, { width: grows })]) }));
    expect(named(found, '1 0 -2').map(({ kind }) => kind)).toEqual(['shoulder', 'driving']);
    expect(named(found, '1 0 -2')[0]?.centre[0]).toBeCloseTo(50, 6);
  });

  test('lane types are told apart by who moves there', () => {
    const types = ['entry', 'bus', 'biking', 'walking', 'stop', 'median', 'parking', 'restricted', 'none'];
    const found = read(
      road({
        type: speed,
        lanes: section(
          0,
          types.map((type, i) => lane(-1 - i, { type })),
        ),
      }),
    );
    expect(found.map.lanes.map(({ kind }) => kind)).toEqual([
      'driving',
      'driving',
      'biking',
      'sidewalk',
      'shoulder',
      'median',
      'parking',
    ]);
    const bicycles = lane(-1, { more: '<access sOffset="0" rule="allow" restriction="bicycle"/>' });
    expect(read(road({ type: speed, lanes: section(0, [bicycles, lane(-2)]) })).map.lanes[0]?.kind).toBe('biking');
  });
});

describe('reach', () => {
  test('a lane that begins at a junction from which no way leads to it is told', () => {
    const text = tJunction()
      .replace('<laneLink from="1" to="-1"/></connection>', '</connection>')
      .replaceAll('<predecessor id="1"/>', '');
    const found = readOpenDrive(text, 'T');
    expect(texts(found)).toContainEqual(expect.stringMatching(/^road 21, .*no traffic can get to this lane/));
  });

  test('two lanes that lead to one another alone are not reached by that; an open end is an entrance', () => {
    const lanes = section(0, [lane(-1, { mark: 'broken' }), lane(-2)]);
    const closed = read(road({ type: speed, lanes, link: toJunction('predecessor', '9') }), '<junction id="9"/>');
    expect(texts(closed).filter((text) => text.includes('no traffic can get to'))).toHaveLength(2);
    expect(texts(read(road({ type: speed, lanes })))).toEqual([]);
  });
});
