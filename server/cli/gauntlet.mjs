#!/usr/bin/env node
// The command line's door. Plain JavaScript, so that an older Node can read it: it hands over to the Node 24 among the packages.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
if (Number(process.versions.node.split('.')[0]) >= 24) {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const { main } = await import('./main.ts');
  await main(process.argv);
} else {
  const node = join(
    here,
    '..',
    '..',
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (!existsSync(node)) {
    console.error(
      `gauntlet needs Node 24, this is ${process.version}. Run \`npm install\` in the project's folder: it brings Node 24 along.`,
    );
    process.exit(1);
  }
  const child = spawn(node, [join(here, 'gauntlet.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
