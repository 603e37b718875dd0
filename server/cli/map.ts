import { describeMap, type MapDigest, type RoadMap } from '@gauntlet/sim';
import { Command } from 'commander';
import { readMapFile } from './map-file.ts';
import { print, printJson, table } from './output.ts';

export function mapCommand(): Command {
  const command = new Command('map').description('Reads road maps.');
  command
    .command('info')
    .description('Says what a road map holds, and what in it is wrong or not supported.')
    .argument('<FILE>', 'an OpenDRIVE map (1.4 to 1.8, .xodr)')
    .option('--json', 'one JSON document')
    .action((file: string, options: { json?: boolean }) => {
      const { road } = readMapFile(file);
      const digest = describeMap(road);
      if (options.json) printJson(digest);
      else print(describe(digest, road));
    });
  return command;
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
