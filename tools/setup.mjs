// Installs what is missing, so that `npm start` and `npm test` work on a fresh clone. Plain JavaScript: it must run on the
// Node (20 or later) that started npm, before anything is installed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const ROOT = resolve(import.meta.dirname, '..');
/** Node 24, which the root package depends on. */
export const NODE = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const STAMP = join(ROOT, 'node_modules', '.gauntlet-setup');

/** Runs `npm ci` unless the installed packages are those of the lock file. */
export function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(NODE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  console.log('Installing packages (once, about a minute) ...');
  // Engines are those of Node 24, which comes with the packages; npm itself may run on an older one.
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  writeFileSync(STAMP, wanted);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) install();
