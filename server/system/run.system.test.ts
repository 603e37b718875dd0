import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '@gauntlet/agents-sdk/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rewrite, type Message } from '../log/testing/rewrite.ts';
import { gauntlet, gauntletJson, ROOT } from './testing/command.ts';
import { temporaryFolder } from './testing/folder.ts';

/** What DESIGN section 9 promises of `run --json`. */
interface RunDocument {
  scenario: string;
  behaviorVersion: number;
  seed: string;
  ticks: number;
  simSeconds: number;
  wallSeconds: number;
  finalHash: string;
  outcome: Outcome;
  seats: {
    seat: string;
    team: string;
    body: string;
    agent: string;
    outcome: Outcome;
    reason: string;
    score: number;
    metrics: Record<string, number>;
    infractions: Record<string, number>;
    missed: number;
    latencyMs: { p50: number; p99: number };
  }[];
  log: string | null;
}

const folder = temporaryFolder();
const log = join(folder.path, 'logs', 'match.mcap');
const MATCH = [
  'run',
  'highway-cut-in-v1',
  '--blue',
  'lane-keeper',
  '--blue',
  'cautious',
  '--seed',
  '7',
  '--ticks',
  '200',
];

afterAll(() => folder.remove());

describe('one seed, one match', () => {
  let first: RunDocument;

  beforeAll(async () => {
    first = await gauntletJson<RunDocument>([...MATCH, '--clock', 'unpaced', '--log', log]);
  });

  /** The hash of a run in which no agent was too slow: a missed tick would be another match. */
  const hashOf = ({ finalHash, ticks, seats }: RunDocument): object => ({
    finalHash,
    ticks,
    missed: seats.map(({ missed }) => missed),
  });

  test('[M4][D6] a match ends at the same hash in lockstep, unpaced, in one process and once more', async () => {
    const others = await Promise.all([
      gauntletJson<RunDocument>(MATCH),
      gauntletJson<RunDocument>([...MATCH, '--clock', 'unpaced']),
      gauntletJson<RunDocument>([...MATCH, '--clock', 'unpaced', '--in-process']),
    ]);
    expect(others.map(hashOf)).toEqual(others.map(() => hashOf(first)));
    // Lockstep is paced: 200 ticks are ten seconds.
    expect(others[0]?.wallSeconds).toBeGreaterThan(9.9);
    const other = await gauntletJson<RunDocument>(MATCH.with(7, '8').concat('--clock', 'unpaced', '--in-process'));
    expect(other.finalHash).not.toBe(first.finalHash);
  });

  test('[D6] a match ends at the same hash while another program keeps the processors busy', async () => {
    const burn = `const end = Date.now() + 8000; while (Date.now() < end) Math.random();`;
    const burners = [1, 2].map(() => spawn(process.execPath, ['-e', burn], { stdio: 'ignore' }));
    try {
      expect(hashOf(await gauntletJson<RunDocument>([...MATCH, '--clock', 'unpaced']))).toEqual(hashOf(first));
    } finally {
      for (const burner of burners) burner.kill('SIGKILL');
    }
  });

  test('run --json prints one document with every field that DESIGN section 9 names', () => {
    expect(first).toMatchObject({
      scenario: 'highway-cut-in-v1',
      behaviorVersion: expect.any(Number),
      seed: '7',
      ticks: 200,
      simSeconds: 10,
      wallSeconds: expect.any(Number),
      finalHash: expect.stringMatching(/^[0-9a-f]{32}$/),
      outcome: 'finished',
      log,
    });
    expect(first.seats.map(({ seat, team, body, agent }) => ({ seat, team, body, agent }))).toEqual([
      { seat: 'blue-1', team: 'blue', body: 'car', agent: 'lane-keeper' },
      { seat: 'blue-2', team: 'blue', body: 'car', agent: 'cautious' },
    ]);
    for (const seat of first.seats) {
      expect(seat).toMatchObject({
        outcome: 'finished',
        reason: 'time-limit',
        score: expect.any(Number),
        missed: 0,
        latencyMs: { p50: expect.any(Number), p99: expect.any(Number) },
      });
      expect(seat.metrics['completion']).toBeGreaterThan(0.1);
      expect(Object.values(seat.infractions).every((count) => Number.isInteger(count))).toBe(true);
    }
  });

  test('replay verify accepts the log of a run, and [L23] refuses with exit 1 one whose recorded action was changed', async () => {
    const forged = join(folder.path, 'forged.mcap');
    await rewrite(log, forged, {
      messages: (messages) => {
        const record = messages.find(
          ({ topic, tick, value }: Message) => topic === '/action' && tick === 100 && value.seat === 0,
        );
        if (!record) throw new Error('the log has no action of tick 100');
        record.value.action.throttle = record.value.action.throttle > 0.5 ? 0 : 1;
        return messages;
      },
    });
    const [proof, refusal, text] = await Promise.all([
      gauntletJson(['replay', 'verify', log]),
      gauntletJson(['replay', 'verify', forged], 1),
      gauntlet('replay', 'verify', forged),
    ]);
    expect(proof).toMatchObject({ verified: true, ticks: 200, finalHash: first.finalHash, firstDivergentTick: null });
    expect(refusal).toMatchObject({ verified: false, firstDivergentTick: 101 });
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(/NOT verified/);
  });
});

describe('wrong use', () => {
  test.concurrent.each([
    ['an unknown scenario', ['run', 'moon-v1'], 1, /moon-v1.*highway-cut-in-v1.*unknown-scenario/],
    [
      'an unknown agent',
      ['run', 'roundabout-v1', '--blue', 'nobody'],
      1,
      /"nobody".*expected lane-keeper.*unknown-agent/,
    ],
    [
      'an agent’s file that is not there',
      ['run', 'roundabout-v1', '--blue', './none.ts'],
      1,
      /no agent file .*none\.ts/,
    ],
    ['more agents than seats', ['run', 'roundabout-v1', '--red', 'cautious'], 1, /0 red seats, 1 agents were named/],
    ['an unknown parameter', ['run', 'roundabout-v1', '--param', 'gravity=1'], 1, /gravity.*invalid-parameters/],
    [
      'a parameter beyond its range',
      ['run', 'roundabout-v1', '--param', 'friction=9'],
      1,
      /friction.*invalid-parameters/,
    ],
    [
      'what is not a log',
      ['replay', 'verify', join(ROOT, 'package.json')],
      1,
      /package\.json is not a log.*invalid-log/,
    ],
    ['a log that is not there', ['replay', 'info', 'none.mcap'], 1, /none\.mcap/],
    ['a seed that is no number', ['run', 'roundabout-v1', '--seed', '-1'], 2, /seed.*whole number 0\.\.2\^64-1/],
    ['an unknown clock', ['run', 'roundabout-v1', '--clock', 'fast'], 2, /clock.*Expected lockstep, realtime, unpaced/],
    ['a port that cannot be', ['serve', '--port', '70000'], 2, /port.*whole number 0\.\.65535/],
    ['an unknown option', ['run', 'roundabout-v1', '--blues', 'cautious'], 2, /unknown option '--blues'[^]*--help/],
    ['a missing argument', ['run'], 2, /missing required argument 'SCENARIO'[^]*--help/],
    ['an unknown command', ['fly'], 2, /unknown command 'fly'[^]*--help/],
  ] as const)('%s: exit status, and one message on standard error that names it', async (_, args, code, message) => {
    const finished = await gauntlet(...args);
    expect(finished.stderr).toMatch(message);
    expect(finished).toMatchObject({ code, stdout: '' });
    // A person reads this: no stack.
    expect(finished.stderr).not.toMatch(/^\s+at /m);
  });

  test.concurrent('[L10] a log is never written over', async () => {
    const file = join(folder.path, 'there.mcap');
    writeFileSync(file, 'mine');
    const finished = await gauntlet(...MATCH, '--log', file);
    expect(finished).toMatchObject({ code: 1, stdout: '' });
    expect(finished.stderr).toMatch(/there\.mcap exists already; remove it or choose another name/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test.concurrent('scenarios, scenarios ID and replay info answer with one JSON document each', async () => {
    const all = await gauntletJson<{ id: string }[]>(['scenarios']);
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(['highway-cut-in-v1', 'roundabout-v1']));
    expect(await gauntletJson(['scenarios', 'roundabout-v1'])).toMatchObject({
      id: 'roundabout-v1',
      seats: expect.any(Array),
    });
  });
});

describe('agents that fail', () => {
  /** One match of a broken agent beside a good one. */
  async function play(
    agent: string,
    ...args: string[]
  ): Promise<[RunDocument['seats'][number], RunDocument['seats'][number]]> {
    const { seats } = await gauntletJson<RunDocument>([
      ...['run', 'highway-cut-in-v1', '--blue', agent, '--blue', 'lane-keeper', '--seed', '3', '--ticks', '150'],
      ...['--clock', 'unpaced', ...args],
    ]);
    const [broken, good] = seats;
    if (!broken || !good) throw new Error(`expected two seats, got ${seats.length}`);
    return [broken, good];
  }

  function agentFile(name: string, source: string): string {
    const file = join(folder.path, name);
    writeFileSync(file, source);
    return file;
  }

  const sdk = `import { defineAgent } from '@gauntlet/agents-sdk';\n`;

  // Those that wait longest come first, so that they wait together.
  test.concurrent(
    '[M15] a command that prints and never connects is out as disconnected, and the other seat finishes',
    async () => {
      const [silent, good] = await play('cmd:while :; do echo no; sleep 0.02; done');
      expect(silent).toMatchObject({ outcome: 'disconnected', reason: 'never-connected' });
      expect(good).toMatchObject({ outcome: 'finished', reason: 'time-limit' });
    },
  );

  test.concurrent.each([
    [
      'that throws on every tick',
      `${sdk}export default defineAgent(() => () => { throw new Error('no'); });`,
      'timeout',
      'misses',
    ],
    ['that never answers', `${sdk}export default defineAgent(() => () => new Promise(() => {}));`, 'timeout', 'misses'],
    [
      'that blocks its thread for ever',
      `${sdk}export default defineAgent(() => () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`,
      'timeout',
      'misses',
    ],
    ['that exits at once', `process.exit(3);`, 'crashed', 'exit-3'],
    ['whose module does not load', `import './not-there.mjs';`, 'crashed', 'exit-1'],
    [
      'whose briefing throws',
      `${sdk}export default defineAgent(() => { throw new Error('no'); });`,
      'crashed',
      'exit-1',
    ],
    [
      'that kills itself in mid-match',
      `${sdk}export default defineAgent(() => ({ tick }) => {
      if (tick === 50) process.kill(process.pid, 'SIGKILL');
      return { steering: 0, throttle: 0.2, brake: 0, gear: 'forward' };
    });`,
      'crashed',
      'SIGKILL',
    ],
    [
      'that answers with nonsense',
      `${sdk}export default defineAgent(() => () => ({ steering: NaN, throttle: 'all', brake: Infinity }));`,
      'invalid',
      'invalid-actions',
    ],
  ] as const)(
    'an agent %s ends with its typed outcome, and the other seat finishes',
    async (name, source, outcome, reason) => {
      const [broken, good] = await play(agentFile(`${name.replaceAll(' ', '-')}.mjs`, source));
      expect(broken).toMatchObject({ outcome, reason });
      expect(good).toMatchObject({ outcome: 'finished', reason: 'time-limit' });
    },
  );

  test.concurrent(
    '[A3] the author of an agent that exits is told on standard error how, and what it last printed',
    async () => {
      const agent = agentFile('no-fuel.mjs', `console.log('no fuel'); process.exit(3);`);
      const match = ['run', 'highway-cut-in-v1', '--blue', agent, '--seed', '3', '--ticks', '20', '--clock', 'unpaced'];
      const { code, stdout, stderr } = await gauntlet(...match);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^blue-1 \(.*no-fuel\.mjs\) ended before the match did: exit-3\n {2}no fuel$/m);
      expect(stdout).toMatch(/^blue-1 .*crashed +exit-3/m);
    },
  );

  test.concurrent(
    '[A5] an agent that prints without end plays on; a mebibyte of it is kept, and standard output stays one document',
    async () => {
      const runner = join(ROOT, 'agents-sdk', 'src', 'run-agent.ts');
      const module = join(ROOT, 'agents-sdk', 'agents', 'cautious.ts');
      const output = join(folder.path, 'output');
      const [loud, good] = await play(
        `cmd:(yes no | head -c 30000000) & exec node ${runner} ${module}`,
        '--output',
        output,
      );
      expect(loud).toMatchObject({ outcome: 'finished', reason: 'time-limit' });
      expect(good).toMatchObject({ outcome: 'finished', reason: 'time-limit' });
      const { size, mode } = statSync(join(output, 'blue-1.log'));
      expect(size).toBeGreaterThan(1_000_000);
      expect(size).toBeLessThan(1_100_000);
      expect(mode & 0o777).toBe(0o600);
    },
  );
});
