import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { describeMap, MapError, readOpenDrive, type MapDigest, type RoadMap } from '@gauntlet/sim';
import { Command } from 'commander';
import { print, printJson, table } from './output.ts';

export function mapCommand(): Command {
  const command = new Command('map').description('Reads road maps.');
  command
    .command('info')
    .description('Says what a road map holds, and what in it is wrong or not supported.')
    .argument('<FILE>', 'an OpenDRIVE map (1.4 to 1.8, .xodr)')
    .option('--json', 'one JSON document')
    .action((file: string, options: { json?: boolean }) => {
      const road = readMapFile(file);
      const digest = describeMap(road);
      if (options.json) printJson(digest);
      else print(describe(digest, road));
    });
  return command;
}

/** Bytes: OpenDRIVE files of whole cities are smaller. */
const LARGEST = 256 * 1024 * 1024;

/**
 * A map from a file, called as the file is.
 * @throws Error that says what is wrong with the file, by its name.
 */
function readMapFile(file: string): RoadMap {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`${file}: expected an OpenDRIVE file, there is none of this name`);
  if (!found.isFile())
    throw new Error(`${file}: expected an OpenDRIVE file, got ${found.isDirectory() ? 'a directory' : 'a device'}`);
  if (found.size > LARGEST)
    throw new Error(`${file}: expected at most ${LARGEST} bytes, got ${found.size}; divide the map`);
  const text = decode(file, readFileSync(file));
  try {
    return readOpenDrive(text, basename(file).replace(/\.xodr$/i, ''));
  } catch (error) {
    if (error instanceof MapError) throw new Error(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below: bytes that are no UTF-8 are no more readable than NUL characters.
  }
  throw new Error(`${file}: expected an OpenDRIVE file (XML in UTF-8), got binary data; unpack or export it as .xodr`);
}

function describe(digest: MapDigest, road: RoadMap): string {
  const { extent, signals, junctions, tunnels } = digest;
  const [west, south, low] = extent.min;
  const [east, north, high] = extent.max;
  const signalised = junctions.filter((junction) => junction.signals > 0).length;
  const signed = junctions.filter((junction) => junction.signals === 0 && junction.yields > 0).length;
  return [
    `${digest.name}: OpenDRIVE ${digest.version}, traffic keeps ${digest.drivingSide}`,
    `${(east - west).toFixed(0)} x ${(north - south).toFixed(0)} m (x ${west.toFixed(1)}..${east.toFixed(1)}, y ${south.toFixed(1)}..${north.toFixed(1)}), height ${low.toFixed(1)}..${high.toFixed(1)} m`,
    `${plural(digest.roads, 'road')}, ${kilometres(digest.roadLength)} km, in ${plural(digest.parts, 'part')}`,
    '',
    table([
      ['LANES', 'COUNT', 'KM'],
      ...Object.entries(digest.kinds).map(([kind, { lanes, length }]) => [kind, lanes, kilometres(length)]),
    ]),
    '',
    `junctions: ${junctions.length}, ${signalised} with signals, ${signed} with yield or stop lines`,
    `signals: ${signals.vehicle} for vehicles, ${signals.pedestrian} for pedestrians, in ${plural(signals.groups, 'group')}; crossings: ${digest.crossings}`,
    `speed limits: ${digest.speedLimits.map(({ speed, length }) => `${(3.6 * speed).toFixed(0)} km/h (${kilometres(length)} km)`).join(', ')}`,
    `tunnels: ${tunnels.lanes === 0 ? 'none' : `${plural(tunnels.lanes, 'lane')}, ${kilometres(tunnels.length)} km`}`,
    `friction: ${digest.frictions.length === 0 ? "the scenario's" : digest.frictions.map(({ friction, length }) => `${friction} (${kilometres(length)} km)`).join(', ')}`,
    `entrances: ${ends(digest.entrances, road)}`,
    `exits: ${ends(digest.exits, road)}`,
    '',
    digest.warnings.length === 0 ? 'no warnings' : plural(digest.warnings.length, 'warning'),
    ...digest.warnings.map(({ place, text }) => `  ${place}: ${text}`),
  ].join('\n');
}

/** How many ends of lanes are listed one by one. */
const LISTED = 8;

function ends(lanes: readonly number[], { sources }: RoadMap): string {
  if (lanes.length === 0) return 'none';
  const listed = lanes
    .slice(0, LISTED)
    .map((lane) => `lane ${lane} (${(sources[lane] ?? '').replace(/ \(line .*/, '')})`);
  return `${lanes.length}: ${listed.join('; ')}${lanes.length > LISTED ? '; ...' : ''}`;
}

function kilometres(length: number): string {
  return (length / 1000).toFixed(2);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
