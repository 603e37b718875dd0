import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..', '..');
export const GAUNTLET = join(ROOT, 'server', 'cli', 'gauntlet.mjs');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of the `gauntlet` command, as a person would start it. */
export function gauntlet(...args: string[]): Promise<Finished> {
  const child = spawn(process.execPath, [GAUNTLET, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

/** As `gauntlet`, for a command that is to print one JSON document and exit with `code`. */
export async function gauntletJson<T>(args: readonly string[], code = 0): Promise<T> {
  const finished = await gauntlet(...args, '--json');
  if (finished.code !== code) {
    throw new Error(
      `${args.join(' ')}: expected exit ${code}, got ${finished.code}\n${finished.stderr}${finished.stdout}`,
    );
  }
  return JSON.parse(finished.stdout) as T;
}
