import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import { RUN_AGENT } from '../../agents-sdk/agents/index.ts';
import type { AgentProgram, RunningAgent, Sandbox } from '../match/interfaces.ts';
import { parseAgent, type Agent } from './agent.ts';
import { capture, openOutput } from './output.ts';

export interface ProcessSandboxOptions {
  /** Bytes of an agent's output that are kept. */
  readonly outputBytes?: number;
  /** ms between asking an agent's processes to end and ending them. */
  readonly graceMs?: number;
  /** Where agents find programs, after our own Node. */
  readonly path?: string;
}

/** ms that what a program printed last may take to arrive, and what was killed to be gone. */
const SETTLE_MS = 250;

/** Becomes the agent, with standard error on standard output, so that its lines keep their order. */
const LEADER = 'exec "$@" 2>&1';

/**
 * Ends an agent's process group and removes its home when the arena has gone, however it went: then the pipe that only the
 * arena holds is closed. Node cannot ask for PR_SET_PDEATHSIG, which would not reach grandchildren either. A child of the arena
 * and not of the agent, so that the arena takes it away when it has done its time.
 */
const GUARD = `trap '' TERM INT HUP; read -r _; kill -KILL "-$1"; rm -rf -- "$2"`;

/**
 * Runs agents as processes of this machine: a process group each, an environment of their own, output into a private file. They
 * are not confined beyond that: programs of people whom you do not trust need containers. A process that makes itself a group of
 * its own (setsid) escapes the end of the match; containers hold that too.
 */
export function createProcessSandbox(options: ProcessSandboxOptions = {}): Sandbox {
  const { outputBytes = 1024 * 1024, graceMs = 2000, path = '/usr/local/bin:/usr/bin:/bin' } = options;
  return {
    async start(program) {
      const agent = parseAgent(program.agent);
      const home = await mkdtemp(join(tmpdir(), 'gauntlet-agent-'));
      try {
        return await launch(program, agent, home, { outputBytes, graceMs, path });
      } catch (error) {
        await rm(home, { recursive: true, force: true });
        if (error instanceof GauntletError) throw error;
        const { code, message } = error as NodeJS.ErrnoException;
        throw new GauntletError('agent-not-started', `agent ${program.agent} could not be started: ${message}`, {
          expected: 'a program that starts',
          actual: code ?? message,
        });
      }
    },
  };
}

async function launch(
  { url, token, outputFile }: AgentProgram,
  agent: Agent,
  home: string,
  { outputBytes, graceMs, path }: Required<ProcessSandboxOptions>,
): Promise<RunningAgent> {
  const { argv, cwd } = commandOf(agent, home);
  const file = await openOutput(outputFile);
  const child = spawn('/bin/sh', ['-c', LEADER, 'agent', ...argv], {
    cwd,
    env: {
      PATH: `${dirname(process.execPath)}${delimiter}${path}`,
      HOME: home,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      GAUNTLET_URL: url,
      GAUNTLET_TOKEN: token,
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = exitOf(child);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } catch (error) {
    await file?.close();
    throw error;
  }
  const group = -(child.pid as number);
  const guard = guardOf(group, home);
  const output = capture(child.stdout as Readable, file, outputBytes);

  // What a program started ends with it, also when it ends by itself; its group's number may be another's later.
  const gone = exit.then(async () => {
    signal(group, 'SIGKILL');
    for (let waited = 0; waited < SETTLE_MS && signal(group, 0); waited += 20) await sleep(20);
    await Promise.race([output.closed, sleep(SETTLE_MS)]);
    child.stdout?.destroy();
    guard.kill('SIGKILL');
    await output.closed;
    await rm(home, { recursive: true, force: true });
  });
  let stopping: Promise<void> | null = null;
  return {
    pid: child.pid as number,
    exited: Promise.all([exit, gone]).then(([{ code, signal }]) => ({ code, signal, lastOutput: output.tail() })),
    stop() {
      stopping ??= stop(child, exit, group, graceMs).then(() => gone);
      return stopping;
    },
  };
}

/** Asks the group to end, and makes its leader end when it does not. */
async function stop(child: ChildProcess, exit: Promise<unknown>, group: number, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  signal(group, 'SIGTERM');
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
  await Promise.race([exit, grace]);
  clearTimeout(timer);
  if (child.exitCode === null && child.signalCode === null) signal(group, 'SIGKILL');
}

function guardOf(group: number, home: string): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', String(-group), home], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  // Without its guard an agent runs all the same.
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  return guard;
}

/** The command line of an agent, and where it runs. */
function commandOf(agent: Agent, home: string): { argv: string[]; cwd: string } {
  const runner = fileURLToPath(RUN_AGENT);
  switch (agent.kind) {
    case 'reference':
      return { argv: [process.execPath, runner, agent.module.href], cwd: home };
    case 'file': {
      const sdk = ['--import', new URL('./sdk-resolver.ts', import.meta.url).href];
      // The author's folder may have no tsx; ours does.
      const tsx = ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
      const loaders = agent.typescript ? [...tsx, ...sdk] : sdk;
      return { argv: [process.execPath, ...loaders, runner, agent.path], cwd: dirname(agent.path) };
    }
    case 'command':
      return { argv: ['/bin/sh', '-c', agent.command], cwd: process.cwd() };
  }
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** Signals a process or group; 0 asks whether it is there. Returns whether it was. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
