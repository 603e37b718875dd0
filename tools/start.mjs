// `npm start`: installs what is missing, builds the viewer, serves the arena with a demonstration match.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { install, NODE, ROOT } from './setup.mjs';
import { buildViewer } from './viewer.mjs';

const npm = process.ppid;
install();
buildViewer();
const server = spawn(NODE, [join(ROOT, 'server', 'cli', 'gauntlet.mjs'), 'serve', '--demo', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal sends its signals to the whole group; other senders may reach only this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
// npm itself, when it is ended, does not tell what it started.
setInterval(() => process.ppid !== npm && server.kill('SIGTERM'), 500).unref();
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
