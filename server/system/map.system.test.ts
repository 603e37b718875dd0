import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MapDigest } from '@gauntlet/sim';
import { afterAll, describe, expect, test } from 'vitest';
import { gauntlet, gauntletJson, ROOT } from './testing/command.ts';
import { temporaryFolder } from './testing/folder.ts';

const CITY = join(ROOT, 'scenarios', 'maps', 'city.xodr');
const folder = temporaryFolder();

afterAll(() => folder.remove());

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

const ROAD = `<OpenDRIVE><header revMajor="1" revMinor="6"/>
<road id="7" length="100" junction="-1" rule="LHT">
<type s="0" type="town"><speed max="30" unit="mph"/></type>
<planView><geometry s="0" x="0" y="0" hdg="0" length="100"><line/></geometry></planView>
<elevationProfile><elevation s="0" a="10" b="0.02" c="0" d="0"/></elevationProfile>
<lanes><laneSection s="0"><right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right></laneSection></lanes>
<objects><tunnel id="t" s="40" length="60"/></objects>
<railroad/>
</road></OpenDRIVE>`;

describe('gauntlet map info', () => {
  test('says what a map holds, for people', async () => {
    const { code, stdout, stderr } = await gauntlet('map', 'info', file('Hill.xodr', ROAD));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    for (const line of [
      'Hill: OpenDRIVE 1.6, traffic keeps left',
      '100 x 3 m (x 0.0..100.0, y -3.0..0.0), height 10.0..12.0 m',
      '1 road, 0.10 km, in 1 part',
      'driving      2  0.10',
      'junctions: 0, 0 with signals, 0 with yield or stop lines',
      'speed limits: 48 km/h (0.10 km)',
      'tunnels: 1 lane, 0.06 km',
      'entrances: 1: lane 1 (road 7, lane section 0, lane -1)',
      'exits: 1: lane 0 (road 7, lane section 0, lane -1)',
      '1 warning',
      '  road 7, railroad (line 8): railways are not read',
    ])
      expect(lines).toContain(line);
  });

  test('--json prints one document', async () => {
    const digest = await gauntletJson<MapDigest>(['map', 'info', CITY]);
    expect(digest).toMatchObject({
      name: 'city',
      version: '1.7',
      drivingSide: 'right',
      parts: 1,
      warnings: [],
      crossings: expect.any(Number),
    });
    expect(digest.junctions.filter(({ signals }) => signals > 0)).toHaveLength(16);
    expect(digest.kinds.driving?.lanes).toBeGreaterThan(100);
  });

  test.each([
    [
      'a file that is not there',
      () => join(folder.path, 'none.xodr'),
      /none\.xodr: expected an OpenDRIVE file, there is none of this name/,
    ],
    ['a directory', () => folder.path, /expected an OpenDRIVE file, got a directory/],
    [
      'binary data',
      () => file('photo.xodr', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0xff])),
      /photo\.xodr: expected an OpenDRIVE file \(XML in UTF-8\), got binary data/,
    ],
    [
      'an empty file',
      () => file('empty.xodr', ''),
      /empty\.xodr: file: expected an OpenDRIVE document, got an empty file/,
    ],
    [
      'a map of another kind',
      () => file('other.xodr', '<osm/>'),
      /other\.xodr: line 1: expected the root element OpenDRIVE, got osm/,
    ],
    [
      'a broken map',
      () => file('broken.xodr', ROAD.replace('length="100" junction', 'length="-1" junction')),
      /broken\.xodr: road 7 \(line 2\): expected length to be a number from 0 to 1000000, got "-1"; correct the file/,
    ],
  ])('%s: one line on standard error, and exit 1', async (_, path, message) => {
    const { code, stdout, stderr } = await gauntlet('map', 'info', path());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });
});
