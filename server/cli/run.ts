import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GauntletError, type ClockMode, type SeatId } from '@gauntlet/agents-sdk/protocol';
import { Command } from 'commander';
import { pino } from 'pino';
import { playWithPrograms } from '../arena/program-match.ts';
import type { DirectAgent } from '../match/direct-link.ts';
import { createMatchHost } from '../match/host.ts';
import { DEFAULT_LIMITS, type MatchResult, type MatchSpec } from '../match/interfaces.ts';
import { runLocalMatch } from '../match/local-match.ts';
import { requireParameters, requireScenario, scenarioResource } from '../match/scenario-resource.ts';
import { parseAgent } from '../sandbox/agent.ts';
import { createProcessSandbox } from '../sandbox/process.ts';
import { searchPath } from '../main.ts';
import { clockMode, collect, integer, parameter, seed } from './options.ts';
import { print, printJson, progress, table } from './output.ts';

/** Fills the seats that no agent was named for. */
const DEFAULT_AGENT = 'lane-keeper';

interface RunOptions {
  readonly blue: string[];
  readonly red: string[];
  readonly seed?: string;
  readonly ticks?: number;
  readonly clock: ClockMode;
  readonly log?: string;
  readonly param: Record<string, number>;
  readonly inProcess?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

export function runCommand(): Command {
  return new Command('run')
    .description('Plays one match here.')
    .argument('<SCENARIO>', 'such as highway-cut-in-v1')
    .option(
      '--blue <AGENT>',
      "a blue seat's agent: a reference agent's name, a .ts or .js file, or cmd:COMMAND; once for each seat",
      collect,
      [],
    )
    .option('--red <AGENT>', "a red seat's agent", collect, [])
    .option('--seed <N>', 'unsigned 64-bit (default: random)', seed)
    .option('--ticks <N>', 'ends the match after so many ticks', integer(1, 1_000_000))
    .option('--clock <CLOCK>', 'lockstep, realtime or unpaced', clockMode, 'lockstep')
    .option('--param <NAME=NUMBER>', "a parameter of the scenario's, once for each", parameter, {})
    .option('--log <FILE>', 'records the match')
    .option('--output <FOLDER>', "keeps the agents' own output, one file a seat")
    .option('--in-process', 'calls the agents directly instead of starting processes: faster, not isolated')
    .option('--json', 'one JSON document')
    .action(async (id: string, options: RunOptions) => run(id, options));
}

async function run(id: string, options: RunOptions): Promise<void> {
  const scenario = requireScenario(id);
  const agents = fillSeats(scenario.seats, options);
  const spec: MatchSpec = {
    id: `local-${randomBytes(4).toString('hex')}`,
    scenario: scenario.id,
    parameters: requireParameters(scenario, options.param),
    seed: options.seed ?? randomBytes(8).readBigUInt64LE().toString(),
    clock: options.clock,
    ...(options.ticks === undefined ? {} : { ticks: options.ticks }),
    agents: agents.map(({ agent }) => agent),
    limits: DEFAULT_LIMITS,
    logFile: options.log === undefined ? null : resolve(options.log),
  };
  if (spec.logFile !== null) {
    if (existsSync(spec.logFile)) {
      throw new GauntletError('already-exists', `${spec.logFile} exists already; remove it or choose another name`, {
        path: '--log',
        expected: 'a new file',
        actual: 'a file that exists',
      });
    }
    mkdirSync(dirname(spec.logFile), { recursive: true });
  }
  const line = progress();
  const { maxTicks: longest, tickSeconds } = scenarioResource(scenario);
  const maxTicks = Math.min(longest, spec.ticks ?? Infinity);
  const onTick = (tick: number): void => line.show(`tick ${tick} of ${maxTicks}, ${(tick * tickSeconds).toFixed(0)} s`);
  const abort = new AbortController();
  const interrupt = (): void => abort.abort('stopped');
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const result = options.inProcess
    ? await playInProcess(spec, agents, onTick, abort.signal)
    : await playInProcesses(spec, agents, options, onTick, abort.signal);
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
  line.done();
  const { behaviorVersion } = scenario;
  const document = {
    scenario: scenario.id,
    behaviorVersion,
    parameters: spec.parameters,
    seed: spec.seed,
    clock: spec.clock,
    ...result,
    log: spec.logFile,
  };
  if (options.json) printJson(document);
  else print(describe(document));
  if (result.outcome === 'void') process.exitCode = 1;
}

/** The agents that were named, team by team in the order of the seats; the default agent where there are too few. */
function fillSeats(
  seats: readonly { seat: SeatId; team: 'blue' | 'red' }[],
  named: RunOptions,
): { seat: SeatId; agent: string }[] {
  const waiting = { blue: [...named.blue], red: [...named.red] };
  const filled = seats.map(({ seat, team }) => ({ seat, agent: waiting[team].shift() ?? DEFAULT_AGENT }));
  for (const team of ['blue', 'red'] as const) {
    if (waiting[team].length === 0) continue;
    const count = seats.filter((each) => each.team === team).length;
    throw new GauntletError(
      'invalid-seats',
      `the scenario has ${count} ${team} seats, ${named[team].length} agents were named`,
      {
        path: `--${team}`,
        expected: `at most ${count}`,
        actual: String(named[team].length),
      },
    );
  }
  for (const { agent } of filled) parseAgent(agent);
  return filled;
}

async function playInProcesses(
  spec: MatchSpec,
  agents: readonly { seat: SeatId; agent: string }[],
  options: RunOptions,
  onTick: (tick: number) => void,
  signal: AbortSignal,
): Promise<MatchResult> {
  const logger = pino({ level: 'error' }, pino.destination(2));
  const host = createMatchHost({ workers: 1, logger });
  if (options.output !== undefined) mkdirSync(options.output, { recursive: true });
  try {
    const programs = agents.map(({ seat, agent }) => ({
      seat,
      agent,
      outputFile: options.output === undefined ? null : join(options.output, `${seat}.log`),
    }));
    return await playWithPrograms({
      spec,
      programs,
      host,
      sandbox: createProcessSandbox(searchPath()),
      logger,
      onTick,
      onExit: (seat, how, lastOutput) => {
        const agent = agents.find((each) => each.seat === seat)?.agent;
        process.stderr.write(
          `${seat} (${agent}) ended before the match did: ${how}\n${lastOutput.replace(/^/gm, '  ')}\n`,
        );
      },
      signal,
    });
  } finally {
    await host.close('stopped');
  }
}

async function playInProcess(
  spec: MatchSpec,
  agents: readonly { seat: SeatId; agent: string }[],
  onTick: (tick: number) => void,
  signal: AbortSignal,
): Promise<MatchResult> {
  const modules = await Promise.all(agents.map(({ agent }) => loadAgent(agent)));
  return runLocalMatch(spec, modules, {
    signal,
    listener: {
      frame: onTick,
      fault: (error) => process.stderr.write(`fault of the arena: ${(error as Error).stack}\n`),
    },
    onAgentError: (seat, error) => process.stderr.write(`${seat}: ${(error as Error).message}\n`),
  });
}

/** The factory that an agent's module exports. */
async function loadAgent(agent: string): Promise<DirectAgent> {
  const parsed = parseAgent(agent);
  if (parsed.kind !== 'reference' && parsed.kind !== 'file') {
    throw new GauntletError('invalid-request', `${agent} cannot run in this process`, {
      path: '--in-process',
      expected: "a reference agent's name or a file",
      actual: agent,
    });
  }
  const url = parsed.kind === 'file' ? pathToFileURL(parsed.path) : parsed.module;
  const module = (await import(url.href)) as { default?: DirectAgent };
  if (typeof module.default === 'function') return module.default;
  throw new GauntletError('agent-not-started', `${agent} has no default export`, {
    expected: 'a default export of defineAgent(...)',
    actual: typeof module.default,
  });
}

function describe(document: MatchResult & { scenario: string; seed: string; log: string | null }): string {
  const { scenario, seed: drawn, outcome, reason, ticks, simSeconds, wallSeconds, finalHash, seats, log } = document;
  return [
    `${scenario}, seed ${drawn}: ${outcome} (${reason}) after ${ticks} ticks, ${simSeconds.toFixed(1)} s in ${wallSeconds.toFixed(1)} s of wall time`,
    `final hash ${finalHash}`,
    '',
    table([
      ['SEAT', 'AGENT', 'OUTCOME', 'REASON', 'SCORE', 'MISSED', 'P50 MS', 'P99 MS', 'INFRACTIONS'],
      ...seats.map((seat) => [
        seat.seat,
        seat.agent,
        seat.outcome,
        seat.reason,
        seat.score.toFixed(1),
        seat.missed,
        seat.latencyMs.p50.toFixed(2),
        seat.latencyMs.p99.toFixed(2),
        Object.entries(seat.infractions)
          .filter(([, count]) => count > 0)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ') || '-',
      ]),
    ]),
    ...(log === null ? [] : ['', `log ${log}`]),
    ...(seats.some(({ missed }) => missed > 0) ? ['', '--output FOLDER keeps what the agents print'] : []),
  ].join('\n');
}
