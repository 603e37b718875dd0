import { spawn, type ChildProcess } from 'node:child_process';
import type {
  CreateAgent,
  CreatedAgentVersion,
  CreateMatch,
  MatchList,
  MatchResource,
} from '@gauntlet/agents-sdk/protocol';
import { GAUNTLET, ROOT } from './command.ts';
import { descendants, type ProcessId } from './processes.ts';
import { until } from './until.ts';

/** `gauntlet serve` as a process of its own, on a port that the system chose. */
export class Arena {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The organiser's token, when this start has printed one. */
  readonly token: string | null;
  /** When it said that it is ready, by `performance.now`. */
  readonly readyAt = performance.now();
  readonly #child: ChildProcess;
  readonly #exit: Promise<{ code: number | null; signal: string | null }>;
  readonly #output: { text: string };

  private constructor(
    child: ChildProcess,
    exit: Promise<{ code: number | null; signal: string | null }>,
    output: { text: string },
  ) {
    this.#child = child;
    this.#exit = exit;
    this.#output = output;
    this.url = READY.exec(output.text)?.[1] ?? '';
    this.token = /^ {2}(\S{20,})$/m.exec(output.text)?.[1] ?? null;
  }

  /** Starts one and waits until it is ready. */
  static async start(dataDir: string, ...args: string[]): Promise<Arena> {
    const child = spawn(process.execPath, [GAUNTLET, 'serve', '--port', '0', '--data', dataDir, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { text: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.text += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.text += text));
    const exit = new Promise<{ code: number | null; signal: string | null }>((done) =>
      child.once('close', (code, signal) => done({ code, signal })),
    );
    try {
      await until('the arena to be ready', () => {
        if (child.exitCode !== null) throw new Error(`the arena ended with ${child.exitCode}`);
        return READY.test(output.text);
      });
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`${(error as Error).message}\n${output.text}`, { cause: error });
    }
    return new Arena(child, exit, output);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** All that it has printed. */
  get output(): string {
    return this.#output.text;
  }

  /** Ends it by a signal and waits. Once it has ended, tells how. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ code: number | null; signal: string | null }> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    return this.#exit;
  }

  /** Agents, their guards, and whatever these started. */
  processes(): ProcessId[] {
    return descendants(this.pid);
  }

  async get<T>(path: string): Promise<T> {
    return answer<T>(await fetch(`${this.url}${path}`));
  }

  async post<T>(path: string, body: unknown, token: string | null = this.token): Promise<T> {
    return answer<T>(
      await fetch(`${this.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      }),
    );
  }

  /** A remote agent's token. */
  async createAgent(request: CreateAgent, token = this.token): Promise<string> {
    return (await this.post<CreatedAgentVersion>('/api/agents', request, token)).token;
  }

  createMatch(request: CreateMatch, token = this.token): Promise<MatchResource> {
    return this.post('/api/matches', request, token);
  }

  match(id: string): Promise<MatchResource> {
    return this.get(`/api/matches/${id}`);
  }

  matches(query = ''): Promise<MatchList> {
    return this.get(`/api/matches${query}`);
  }

  /** The match, once it is as `wanted` says. */
  matchWhen(id: string, what: string, wanted: (match: MatchResource) => boolean, seconds = 60): Promise<MatchResource> {
    return until(
      `match ${id} to be ${what}`,
      async () => {
        const match = await this.match(id);
        return wanted(match) && match;
      },
      seconds,
    );
  }
}

const READY = /Gauntlet is ready at (http:\/\/\S+:\d+)/;

async function answer<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
