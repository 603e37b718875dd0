import { createProcessSandbox } from '../process.ts';

/** A program that starts one agent, prints the agent's process id, and then lives until it is killed. */
const [agent] = process.argv.slice(2);
if (agent === undefined) throw new Error('usage: host.ts AGENT');
const { pid } = await createProcessSandbox().start({
  agent,
  url: 'ws://127.0.0.1:1/agent',
  token: 't',
  outputFile: null,
});
process.stdout.write(`${pid}\n`);
setInterval(() => undefined, 60_000);
