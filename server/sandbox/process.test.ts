import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type { RunningAgent } from '../match/interfaces.ts';
import { createProcessSandbox } from './process.ts';

// Threads and processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let count = 0;
const running: RunningAgent[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gauntlet-sandbox-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((agent) => agent.stop()));
});
afterAll(() => rm(folder, { recursive: true }));

interface Started extends RunningAgent {
  readonly outputFile: string;
  /** What it has printed, once it holds the text. */
  printed(text: string): Promise<string>;
}

async function start(
  agent: string,
  options: Parameters<typeof createProcessSandbox>[0] & { url?: string } = {},
): Promise<Started> {
  const { url = 'ws://127.0.0.1:1/agent', ...rest } = options;
  const outputFile = join(folder, `${count++}.log`);
  const program = await createProcessSandbox(rest).start({ agent, url, token: 'secret', outputFile });
  running.push(program);
  return {
    ...program,
    outputFile,
    printed: (text) =>
      until(
        () => readFileSync(outputFile, 'utf8'),
        (output) => output.includes(text),
      ),
  };
}

async function until<T>(look: () => T, enough: (value: T) => boolean): Promise<T> {
  for (let i = 0; i < 1000; i++) {
    const value = look();
    if (enough(value)) return value;
    await new Promise((next) => setTimeout(next, 10));
  }
  throw new Error(`it never came: ${String(look())}`);
}

/** Whether a process runs. One that has ended and waits for its parent to notice does not. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** An agent file. */
async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('[A1] environment', () => {
  test('an agent gets PATH with our Node first, HOME, LANG, TZ and how to connect, and nothing of the arena', async () => {
    process.env['GAUNTLET_TEST_SECRET'] = 'of the arena';
    const agent = await start('cmd:env; command -v node');
    await agent.exited;
    delete process.env['GAUNTLET_TEST_SECRET'];
    const lines = (await readFile(agent.outputFile, 'utf8')).trimEnd().split('\n');
    const node = lines.pop();
    const names = lines.map((line) => line.split('=')[0] ?? '').sort();
    // PWD and the like are set by the shell of cmd: itself.
    expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual([
      'GAUNTLET_TOKEN',
      'GAUNTLET_URL',
      'HOME',
      'LANG',
      'PATH',
      'TZ',
    ]);
    expect(lines).toContain('GAUNTLET_TOKEN=secret');
    expect(lines).toContain('TZ=UTC');
    expect(node).toBe(join(dirname(process.execPath), 'node'));
  });

  test('its home is a fresh folder that is gone after its end', async () => {
    const agent = await start('cmd:touch "$HOME/left-behind"; echo "home $HOME"; exec sleep 60');
    const home = /home (\S+)/.exec(await agent.printed('home'))?.[1] ?? '';
    expect((await stat(home)).isDirectory()).toBe(true);
    await agent.stop();
    expect(existsSync(home)).toBe(false);
  });

  test('cmd: runs where the arena runs, a file in its own folder', async () => {
    const command = await start('cmd:pwd');
    await command.exited;
    expect(await readFile(command.outputFile, 'utf8')).toBe(`${process.cwd()}\n`);
    const script = await start(await file('where.mjs', 'console.log(process.cwd());'));
    await script.exited;
    expect(await readFile(script.outputFile, 'utf8')).toContain(folder);
  });
});

describe('[A2] forms', () => {
  test('a reference agent, a JavaScript and a TypeScript file that imports the SDK all connect with their token', async () => {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
    const hellos: { token: string }[] = [];
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        const message = Buffer.from(data as Buffer);
        hellos.push({ token: message.includes('secret') ? 'secret' : message.toString('latin1') });
      });
    });
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/agent`;
    const body = 'export default defineAgent(() => () => ({ steering: 0, throttle: 0, brake: 1, gear: "forward" }));';
    const javascript = await file('agent.mjs', `import { defineAgent } from '@gauntlet/agents-sdk';\n${body}`);
    // An enum is TypeScript that Node does not run by itself.
    const typescript = await file(
      'agent.ts',
      `import { defineAgent } from '@gauntlet/agents-sdk';\nenum Mood { Calm }\nconsole.log(Mood.Calm);\n${body}`,
    );
    for (const agent of ['lane-keeper', javascript, typescript]) {
      const before = hellos.length;
      const program = await start(agent, { url });
      await until(
        () => hellos.length,
        (seen) => seen > before,
      ).catch((error: unknown) => {
        throw new Error(`${agent}: ${String(error)}; it printed ${readFileSync(program.outputFile, 'utf8')}`);
      });
      await program.stop();
    }
    expect(new Set(hellos.map(({ token }) => token))).toEqual(new Set(['secret']));
    for (const client of server.clients) client.terminate();
    server.close();
  });

  test('an unknown name is refused with the names there are and the other forms', async () => {
    await expect(start('lane-kepper')).rejects.toMatchObject({
      code: 'unknown-agent',
      message: expect.stringMatching(/"lane-kepper": expected .*lane-keeper.*path to a TypeScript.*cmd:COMMAND/),
    });
  });

  test.each([
    ['./nowhere/agent.ts', 'unknown-agent', /no agent file .*nowhere\/agent\.ts/],
    ['agent.js', 'unknown-agent', /no agent file/],
    ['./agent.py', 'unknown-agent', /not a TypeScript or JavaScript file.*cmd:"python3/],
    ['cmd:  ', 'unknown-agent', /needs a command line/],
    ['docker:me/agent', 'agent-not-started', /runs no containers.*cmd:COMMAND/],
    ['', 'unknown-agent', /there is no agent ""/],
  ])('%s is refused with what to do', async (agent, code, message) => {
    await expect(start(agent)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('an output file that cannot be created is an error of the start, and leaves no process', async () => {
    const sandbox = createProcessSandbox();
    const program = { agent: 'cmd:sleep 60', url: '', token: '', outputFile: join(folder, 'nowhere', 'out.log') };
    await expect(sandbox.start(program)).rejects.toMatchObject({ code: 'agent-not-started', actual: 'ENOENT' });
  });
});

describe('[A3] exit', () => {
  test('the code and the last output are told', async () => {
    const agent = await start('cmd:echo all is well; echo "no fuel" >&2; exit 3');
    expect(await agent.exited).toEqual({ code: 3, signal: null, lastOutput: 'all is well\nno fuel' });
  });

  test('a signal is told', async () => {
    const agent = await start('cmd:kill -SEGV $$');
    expect(await agent.exited).toMatchObject({ code: null, signal: 'SIGSEGV' });
  });

  test('a module without a default export says so in its last output', async () => {
    const agent = await start(await file('empty.mjs', 'export const nothing = 1;'));
    expect(await agent.exited).toMatchObject({ code: 1, lastOutput: expect.stringMatching(/default export/) });
  });

  test('a command that does not exist says so', async () => {
    const agent = await start('cmd:no-such-program --fast');
    expect(await agent.exited).toMatchObject({
      code: 127,
      lastOutput: expect.stringMatching(/no-such-program.*not found/),
    });
  });
});

describe('[A4] the end', () => {
  test('stop asks with SIGTERM first', async () => {
    const agent = await start(`cmd:trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.05; done`);
    await agent.printed('up');
    await agent.stop();
    expect(await agent.exited).toMatchObject({ code: 0, lastOutput: expect.stringMatching(/^up\n(.*\n)?asked$/) });
  });

  test('what ignores SIGTERM is killed after the grace', async () => {
    const agent = await start(`cmd:trap '' TERM; echo up; while :; do sleep 0.05; done`, { graceMs: 100 });
    await agent.printed('up');
    await agent.stop();
    expect(await agent.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(alive(agent.pid)).toBe(false);
  });

  test('a grandchild that ignores SIGTERM is gone after stop', async () => {
    const agent = await start(`cmd:(trap '' TERM; sh -c 'echo "grandchild $$"; while :; do sleep 0.05; done') & wait`, {
      graceMs: 100,
    });
    const grandchild = Number(/grandchild (\d+)/.exec(await agent.printed('grandchild'))?.[1]);
    expect(alive(grandchild)).toBe(true);
    await agent.stop();
    expect(alive(agent.pid)).toBe(false);
    expect(alive(grandchild)).toBe(false);
  });

  test('what a program leaves behind when it ends by itself ends with it', async () => {
    const agent = await start(
      `cmd:sh -c 'echo "left $$"; trap "" TERM HUP; while :; do sleep 0.05; done' & sleep 0.3; exit 0`,
    );
    const left = Number(/left (\d+)/.exec(await agent.printed('left'))?.[1]);
    expect(await agent.exited).toMatchObject({ code: 0 });
    expect(alive(left)).toBe(false);
    await agent.stop();
  });

  test('stop may be called twice, and after the end', async () => {
    const agent = await start('cmd:exec sleep 60');
    await Promise.all([agent.stop(), agent.stop()]);
    await agent.stop();
    expect(alive(agent.pid)).toBe(false);
  });

  test('an arena that is killed takes its agents with it, also those that ignore being asked', async () => {
    const agent = `cmd:trap '' TERM HUP; while :; do sleep 0.05; done`;
    const host = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'host.ts'), agent], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [data] = (await once(host.stdout, 'data')) as [Buffer];
    const pid = Number(String(data));
    expect(alive(pid)).toBe(true);
    host.kill('SIGKILL');
    await once(host, 'exit');
    await until(
      () => alive(pid),
      (still) => !still,
    );
  });

  test('no process of an ended agent is left as a zombie of ours', async () => {
    const agents = await Promise.all(Array.from({ length: 5 }, () => start('cmd:sleep 60 & sleep 60')));
    await Promise.all(agents.map((agent) => agent.stop()));
    for (const { pid } of agents) expect(existsSync(`/proc/${pid}`)).toBe(false);
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    await until(
      () =>
        children.filter((pid) =>
          /^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''),
        ),
      (zombies) => zombies.length === 0,
    );
  });
});

describe('[A5] output', () => {
  test('goes to a file for its owner alone, also where a file of another mode stood', async () => {
    const agent = await start('cmd:echo hello');
    await agent.exited;
    expect((await stat(agent.outputFile)).mode & 0o777).toBe(0o600);
    const open = join(folder, 'open.log');
    await writeFile(open, 'old', { mode: 0o644 });
    const again = await createProcessSandbox().start({ agent: 'cmd:echo new', url: '', token: '', outputFile: open });
    await again.exited;
    expect((await stat(open)).mode & 0o777).toBe(0o600);
    expect(await readFile(open, 'utf8')).toBe('new\n');
  });

  test('is cut at the limit, says so, and the program goes on', async () => {
    // Far more than a pipe holds: a program that is not read would block.
    const agent = await start(
      `cmd:i=0; while [ $i -lt 40 ]; do head -c 65536 /dev/zero | tr '\\0' x; i=$((i+1)); done; echo; echo done`,
      { outputBytes: 1000 },
    );
    expect(await agent.exited).toMatchObject({ code: 0, lastOutput: expect.stringMatching(/x\ndone$/) });
    const output = await readFile(agent.outputFile, 'utf8');
    expect(output).toBe(`${'x'.repeat(1000)}\n[output cut here: at most 1000 bytes are kept]\n`);
  });

  test('of exactly the limit is whole', async () => {
    const agent = await start('cmd:printf 12345', { outputBytes: 5 });
    await agent.exited;
    expect(await readFile(agent.outputFile, 'utf8')).toBe('12345');
  });

  test('without a file is read and dropped', async () => {
    const agent = await createProcessSandbox().start({
      agent: 'cmd:head -c 300000 /dev/zero; echo end',
      url: '',
      token: '',
      outputFile: null,
    });
    expect(await agent.exited).toMatchObject({ code: 0 });
  });
});
