import { describe, expect, test } from 'vitest';
import { MapError, readOpenDrive } from './index.ts';
import { LIMITS } from './limits.ts';
import { geometry, lane, line, openDrive, road, section, tJunction, toJunction, toRoad } from './testing/fixture.ts';

function errorOf(text: string): MapError {
  try {
    readOpenDrive(text, 'bad');
  } catch (error) {
    if (error instanceof MapError) return error;
    throw error;
  }
  throw new Error('expected a MapError, the map was read');
}

const warningsOf = (text: string): string[] =>
  readOpenDrive(text, 'odd').warnings.map(({ place, text: what }) => `${place}: ${what}`);

const speed = '<type s="0" type="rural"><speed max="20"/></type>';

describe('a broken file is refused, with place, what was expected, what came and what to do', () => {
  test.each([
    ['nothing', '', 'file: expected an OpenDRIVE document, got an empty file'],
    ['blanks', ' \n\t', 'file: expected an OpenDRIVE document, got an empty file'],
    ['text', 'not XML at all', 'line 1: expected well-formed XML, got'],
    ['XML that is cut off', '<OpenDRIVE>\n<road>\n', 'line 2: expected well-formed XML, got'],
    ['another language', '<commonRoad/>', 'line 1: expected the root element OpenDRIVE, got commonRoad'],
    ['no roads', openDrive(), 'file: expected a road, got none'],
    [
      'OpenDRIVE 2',
      '<OpenDRIVE><header revMajor="2" revMinor="0"/></OpenDRIVE>',
      'header (line 1): expected OpenDRIVE 1.4 to 1.8, got 2.0',
    ],
    [
      'an attribute that is given twice',
      openDrive('<road id="1" id="2"/>'),
      'line 3: expected well-formed XML, got Duplicate attribute',
    ],
  ])('%s', (_, text, message) => {
    expect(errorOf(text).message).toContain(message);
  });

  test.each([
    ['length="0"', 'expected a length of more than 0 m, got 0'],
    ['length="-5"', 'expected length to be a number from 0 to 1000000, got "-5"'],
    ['length="NaN"', 'got "NaN"'],
    ['length="Infinity"', 'got "Infinity"'],
    ['length="1e999"', 'got "1e999"'],
    ['length="2000000"', 'got "2000000"'],
    ['length="0x64"', 'got "0x64"'],
    ['length=""', 'got ""'],
    ['', 'expected an attribute length, got none'],
  ])('a road with %s', (attribute, message) => {
    const error = errorOf(openDrive(road({ type: speed }).replace('length="100" junction', `${attribute} junction`)));
    expect(error.place).toBe('road 1 (line 3)');
    expect(error.message).toContain(message);
    expect(error.message).toContain('; correct the file or export it again');
  });

  const withPlan = (planView: string): string => openDrive(road({ planView, type: speed }));
  test.each([
    ['no geometry', withPlan(''), 'road 1 (line 3)', 'a planView with a geometry that has a length'],
    [
      'a geometry of negative length',
      withPlan(line(0, 0, 0, -10)),
      'road 1, geometry 0 (line 6)',
      'length to be a number from 0',
    ],
    [
      'a coordinate that is no number',
      withPlan(geometry(NaN, 0, 0, 100, '<line/>')),
      'road 1, geometry 0 (line 6)',
      'x to be a number',
    ],
    [
      'a heading of 1e300',
      withPlan(geometry(0, 0, 1e300, 100, '<line/>')),
      'road 1, geometry 0 (line 6)',
      'hdg to be a number',
    ],
    ['no shape', withPlan(geometry(0, 0, 0, 100, '')), 'road 1, geometry 0 (line 6)', 'one of line, arc, spiral'],
    [
      'two shapes',
      withPlan(geometry(0, 0, 0, 100, '<line/><line/>')),
      'road 1, geometry 0 (line 6)',
      'one of line, arc, spiral',
    ],
    [
      'an arc that winds without end',
      withPlan(geometry(0, 0, 0, 100, '<arc curvature="1e6"/>')),
      'road 1, geometry 0, arc (line 6)',
      'a turn by at most 1000 rad',
    ],
    [
      'a spiral that does',
      withPlan(geometry(0, 0, 0, 100, '<spiral curvStart="0" curvEnd="1e7"/>')),
      'road 1, geometry 0, spiral (line 6)',
      'a turn by at most 1000 rad',
    ],
    [
      'a curve that stands still',
      withPlan(geometry(0, 0, 0, 100, '<paramPoly3 aU="0" bU="0" cU="0" dU="0" aV="0" bV="0" cV="0" dV="0"/>')),
      'road 1, geometry 0, paramPoly3 (line 6)',
      'a curve of up to',
    ],
    [
      'a curve to far away',
      withPlan(geometry(0, 0, 0, 100, '<paramPoly3 aU="0" bU="0" cU="9e7" dU="0" aV="0" bV="0" cV="0" dV="0"/>')),
      'road 1, geometry 0, paramPoly3 (line 6)',
      'a curve of up to',
    ],
    [
      'an elevation out of this world',
      openDrive(road({ type: speed, elevation: '<elevation s="0" a="1e7" b="0" c="0" d="0"/>' })),
      'road 1 (line 3)',
      'lanes within 1000000 m of the origin',
    ],
    [
      'a lane wider than any',
      openDrive(road({ type: speed, lanes: section(0, [lane(-1, { width: 101 })]) })),
      'road 1, lane section 0, lane -1 (line',
      'a lane at most 100 m wide',
    ],
    ['no lane section', openDrive(road({ lanes: '' })), 'road 1 (line 3)', 'lanes with a laneSection'],
    [
      'a lane id that is no number',
      openDrive(road({ lanes: '<laneSection s="0"><right><lane id="a"/></right></laneSection>' })),
      'road 1, lane section 0, lane (line 10)',
      'id to be a number',
    ],
    [
      'half a lane',
      openDrive(road({ lanes: '<laneSection s="0"><right><lane id="-1.5"/></right></laneSection>' })),
      'road 1, lane section 0, lane -1.5',
      'a whole number as id',
    ],
    [
      'nothing to drive on',
      openDrive(road({ lanes: section(0, [lane(-1, { type: 'sidewalk' })]) })),
      'file',
      'a lane that can be driven',
    ],
    ['a road without an id', openDrive(road({ id: '' })), 'road (line 3)', 'an attribute id'],
  ])('a road with %s', (_, text, place, expected) => {
    const error = errorOf(text);
    expect(error.place).toContain(place);
    expect(error.expected).toContain(expected);
  });
});

describe('what a map can do without is left out and told, with its place', () => {
  const unknown = '(line 3): its link at the end is left out: there is no road 99';
  test.each([
    [
      'a road that is linked to none',
      openDrive(road({ type: speed, link: toRoad('successor', '99', 'start') })),
      unknown,
    ],
    [
      'a junction that there is not',
      openDrive(road({ type: speed, link: toJunction('successor', '99') })),
      'a link is left out: there is no junction 99',
    ],
    [
      'an unknown contact point',
      openDrive(road({ type: speed, link: '<successor elementType="road" elementId="1" contactPoint="middle"/>' })),
      'expected the contactPoint start or end, got "middle"',
    ],
    [
      'a connection to no road',
      tJunction({ junction: '<connection id="9" incomingRoad="1" connectingRoad="77" contactPoint="start"/>' }),
      'it is left out: there is no road 77',
    ],
    [
      'a connection with an unknown contact point',
      tJunction({ junction: '<connection id="9" incomingRoad="1" connectingRoad="12"/>' }),
      'expected the contactPoint start or end, got none',
    ],
    [
      'a lane link to no lane',
      tJunction({
        junction:
          '<connection id="9" incomingRoad="1" connectingRoad="12" contactPoint="start"><laneLink from="-1" to="-7"/></connection>',
      }),
      'its link from lane -1 to lane -7 is left out',
    ],
    [
      'a lane that follows none',
      openDrive(road({ type: speed, lanes: section(0, [lane(-1, { successor: -4 })]) + section(50, [lane(-1)]) })),
      'there is no lane -4 in the next lane section',
    ],
    [
      'two roads of one id',
      openDrive(road({ type: speed }), road({ type: speed })),
      'it is left out: there is another road of this id',
    ],
    [
      'two lanes of one id',
      openDrive(road({ type: speed, lanes: section(0, [lane(-1), lane(-1)]) })),
      'it is left out: there is another lane of this id in its section',
    ],
    [
      'a missing lane',
      openDrive(road({ type: speed, lanes: section(0, [lane(-1), lane(-3)]) })),
      'there is no lane -2 between it and the middle',
    ],
    [
      'two junctions of one id',
      tJunction({ rest: '<junction id="j"/>' }),
      'it is left out: there is another junction of this id',
    ],
    [
      'a lane section behind the end',
      openDrive(road({ type: speed, lanes: section(0, [lane(-1)]) + section(200, [lane(-1)]) })),
      'it is left out: it goes from 200 m to 100 m',
    ],
    [
      'a geometry without length',
      openDrive(road({ type: speed, planView: line(0, 0, 0, 100) + line(100, 0, 0, 0, 100) })),
      'it has no length and is left out',
    ],
    [
      'a virtual junction',
      tJunction({ rest: '<junction id="v" type="virtual"/>' }),
      'junctions of type virtual are not supported',
    ],
    [
      'an unknown road mark',
      openDrive(road({ type: speed, lanes: section(0, [lane(-1, { mark: 'wavy' })]) })),
      'a road mark of type "wavy" is taken as a solid line',
    ],
    [
      'an unknown unit',
      openDrive(road({ type: '<type s="0" type="town"><speed max="3" unit="knots"/></type>' })),
      'expected the unit m/s, km/h or mph, got "knots"',
    ],
    [
      'a speed limit of nothing',
      openDrive(road({ type: '<type s="0" type="town"><speed max="0"/></type>' })),
      'expected more than 0 and at most 100 m/s, got 0 m/s',
    ],
    [
      'a lateral shape',
      openDrive(road({ type: speed, lateral: '<shape s="0" t="0" a="0" b="0" c="0" d="0"/>' })),
      'the lateral shape of roads is not read',
    ],
    [
      'an unknown element',
      openDrive(road({ type: speed, lanes: section(0, [lane(-1)]) }).replace('</road>', '<magic/></road>')),
      'an element magic is not known and not read',
    ],
    [
      'an unknown version',
      openDrive(road({ type: speed })).replace('revMinor="7"', 'revMinor="12"'),
      'but says that it is 1.12',
    ],
  ])('%s', (_, text, warning) => {
    expect(warningsOf(text)).toContainEqual(expect.stringContaining(warning));
  });

  test('roads that lead to one another in a circle of links end nowhere, and are read all the same', () => {
    const text = openDrive(
      road({
        id: 'a',
        type: speed,
        link: toRoad('predecessor', 'b', 'start') + toRoad('successor', 'b', 'start'),
        lanes: section(0, [lane(-1, { predecessor: -1, successor: -1 })]),
      }),
      road({
        id: 'b',
        type: speed,
        link: toRoad('predecessor', 'a', 'start') + toRoad('successor', 'a', 'start'),
        lanes: section(0, [lane(-1, { predecessor: -1, successor: -1 })]),
      }),
    );
    expect(warningsOf(text)).toContainEqual(
      expect.stringContaining('it is linked to a lane of the opposite direction'),
    );
  });
});

describe('what would fill the memory or the day is refused at once', () => {
  test('entities are not expanded', () => {
    const bomb = `<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<OpenDRIVE><road name="&b;"/></OpenDRIVE>`;
    expect(errorOf(bomb).message).toContain("line 2: expected well-formed XML, got Named entity isn't defined: &b;");
  });

  test('elements nested without end', () => {
    expect(errorOf(`<OpenDRIVE>${'<road>'.repeat(100_000)}`).message).toMatch(
      /elements nested a few deep|well-formed XML/,
    );
    expect(errorOf(`<OpenDRIVE>${'<a>'.repeat(200)}${'</a>'.repeat(200)}</OpenDRIVE>`).message).toContain(
      'nested at most 100 deep',
    );
  });

  test.each([
    [
      'lanes',
      openDrive(road({ lanes: `<laneSection s="0"><right>${'<lane id="-1"/>'.repeat(1e6)}</right></laneSection>` })),
    ],
    ['lane sections', openDrive(road({ lanes: '<laneSection s="0"/>'.repeat(1e6) }))],
    ['geometries', openDrive(road({ planView: '<geometry/>'.repeat(1e6) }))],
    ['elevations', openDrive(road({ elevation: '<elevation s="0"/>'.repeat(1e6) }))],
  ])('a million %s', (_, text) => {
    expect(errorOf(text).message).toMatch(/^file: expected at most 300000 elements, got 10000\d\d; divide the map$/);
  });

  test('more geometries, signals or crosswalks than any map has', () => {
    const geometries = openDrive(road({ planView: '<geometry/>'.repeat(LIMITS.geometries + 1) }));
    expect(errorOf(geometries).message).toContain(`at most ${LIMITS.geometries} geometries`);
    expect(errorOf(openDrive(road({ signals: '<signal/>'.repeat(LIMITS.signals + 1) }))).message).toContain('signals');
    expect(
      errorOf(openDrive(road({ objects: '<object type="crosswalk"/>'.repeat(LIMITS.crosswalks + 1) }))).message,
    ).toContain('crosswalks');
  });

  test('more lanes than can be simulated: 26 lanes, divided at the ends of 999 tunnels', () => {
    const tunnels = Array.from({ length: 999 }, (_, i) => `<tunnel id="${i}" s="${50 * i + 10}" length="20"/>`);
    const lanes = section(
      0,
      Array.from({ length: 26 }, (_, i) => lane(-1 - i)),
    );
    expect(errorOf(openDrive(road({ length: 50_000, objects: tunnels.join(''), lanes }))).message).toContain(
      'a map of at most 50000 lanes',
    );
  });

  test('roads that wind too finely to be laid out', () => {
    const width = '<width sOffset="0" a="3" b="0" c="0" d="0"/>';
    const winding = geometry(0, 0, 0, 9000, '<arc curvature="0.1"/>');
    const roads = Array.from({ length: 60 }, (_, i) =>
      road({ id: String(i), length: 9000, planView: winding, lanes: section(0, [lane(-1, { width })]) }),
    );
    expect(errorOf(openDrive(...roads)).message).toMatch(/points to lay out|m of lanes/);
  });

  test('numbers as long as a book are none', () => {
    const digits = '1'.repeat(1_000_000);
    expect(
      errorOf(openDrive(road({ planView: geometry(0, 0, 0, 100, `<arc curvature="${digits}x"/>`) }))).message,
    ).toContain('got "1111');
  });

  test('a file of more than 64 million characters', () => {
    expect(errorOf(' '.repeat(LIMITS.characters + 1)).message).toContain('expected at most 67108864 characters');
  });

  test('a hundred roads that all lead into one: links are limited, not multiplied', () => {
    const into = Array.from({ length: 100 }, (_, i) =>
      road({
        id: `a${i}`,
        type: speed,
        link: toRoad('successor', 'b', 'start'),
        lanes: section(0, [lane(-1, { successor: -1 })]),
      }),
    );
    const out = Array.from({ length: 100 }, (_, i) =>
      road({
        id: `c${i}`,
        type: speed,
        planView: line(100.005, 0, 0, 100),
        link: toRoad('predecessor', 'b', 'end'),
        lanes: section(0, [lane(-1, { predecessor: -1 })]),
      }),
    );
    const short = road({
      id: 'b',
      length: 0.005,
      type: speed,
      planView: line(100, 0, 0, 0.005),
      lanes: section(0, [lane(-1)]),
    });
    const { map, warnings } = readOpenDrive(openDrive(...into, short, ...out), 'many');
    expect(Math.max(...map.lanes.map(({ successors }) => successors.length))).toBe(LIMITS.links);
    expect(warnings.some(({ text }) => text.startsWith('a link is left out: a lane has more than 64'))).toBe(true);
  });
});
