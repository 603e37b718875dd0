import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { isClean, soakTraffic } from './soak/traffic.ts';
import type { TrafficRunResult } from './soak/traffic-run.ts';

const USAGE = `usage: npm run soak -- traffic [--minutes 30] [--seeds 5] [--map NAME|FILE]... [--set NAME=NUMBER]... [--json]
  traffic   lets traffic without contestants run on every map of ours and on Town01, and counts what must not happen`;

const { values, positionals } = parse();
const parameters = Object.fromEntries(
  values.set.map((text) => {
    const [name, value] = text.split('=');
    if (!name || !Number.isFinite(Number(value))) fail(`--set: expected NAME=NUMBER, got ${text}`);
    return [name, Number(value)];
  }),
);
const whole = (name: 'seeds' | 'minutes'): number => {
  const value = Number(values[name]);
  return value > 0 ? value : fail(`--${name}: expected a number above 0, got ${values[name]}`);
};
if (positionals.filter((name) => name !== '--').join(' ') !== 'traffic') fail('expected the name of a soak');

if (!values.json)
  print(['MAP', 'SEED', 'MIN', 'CARS', 'ARRIVED', 'M/S', 'HIT', 'PEOPLE', 'RED', 'STUCK', 'JUMPS', 'NEAR', 'x REAL']);
const results = await soakTraffic(
  { minutes: whole('minutes'), seeds: whole('seeds'), maps: values.map, parameters },
  (result) => {
    if (!values.json) print(row(result));
  },
);
const dirty = results.filter((result) => !isClean(result));
if (values.json) console.log(JSON.stringify({ soak: 'traffic', clean: dirty.length === 0, results }, null, 2));
else {
  for (const { map, seed, findings } of dirty)
    for (const note of findings.notes) console.log(`${basename(map)}, seed ${seed}: ${note}`);
  console.log(dirty.length === 0 ? 'clean' : `${dirty.length} of ${results.length} runs are not clean`);
}
process.exit(dirty.length === 0 ? 0 : 1);

function row({ map, seed, minutes, findings, realTimeFactor }: TrafficRunResult): (string | number)[] {
  const { vehicles, arrived, meanSpeed, collisions, peopleHit, redLights, stuck, jumps, nearMisses } = findings;
  const speed = meanSpeed.toFixed(1);
  const counts = [collisions, peopleHit, redLights, stuck, jumps, nearMisses];
  return [basename(map, '.xodr'), seed, minutes, vehicles, arrived, speed, ...counts, realTimeFactor.toFixed(0)];
}

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(14) : String(cell).padStart(8))).join(''));
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '30' },
        seeds: { type: 'string', default: '5' },
        map: { type: 'string', multiple: true, default: [] },
        set: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): never {
  console.error(`error: ${message}\n${USAGE}`);
  process.exit(2);
}
