// `npm test`: installs what is missing, builds the viewer, runs every test; arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install, NODE, ROOT } from './setup.mjs';
import { buildViewer } from './viewer.mjs';

install();
buildViewer();
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const path = `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`;
const run = spawnSync(NODE, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
process.exit(run.status ?? 1);
