// Builds the viewer when its sources, or the protocol that it shows, are newer than the build.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, ROOT } from './setup.mjs';

const BUILT = join(ROOT, 'viewer', 'dist', 'index.html');

export function buildViewer() {
  const sources = [
    'viewer/src',
    'viewer/public',
    'viewer/index.html',
    'viewer/vite.config.ts',
    'agents-sdk/protocol',
    'package-lock.json',
  ];
  if (existsSync(BUILT) && Math.max(...sources.map((path) => newest(join(ROOT, path)))) < statSync(BUILT).mtimeMs)
    return;
  console.log('Building the viewer ...');
  execFileSync(NODE, [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: join(ROOT, 'viewer'),
    stdio: 'inherit',
  });
}

/** The latest change of a file, or of anything in a folder, in ms since 1970. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
