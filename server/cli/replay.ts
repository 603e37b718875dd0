import { Command } from 'commander';
import { logInfo, type LogInfo } from '../log/info.ts';
import { recoverLog } from '../log/recover.ts';
import { thisSimulation } from '../log/simulation.ts';
import { verifyLog } from '../log/verify.ts';
import { print, printJson, progress, table } from './output.ts';

export function replayCommand(): Command {
  const command = new Command('replay').description('Reads, proves and repairs logs of matches.');
  command
    .command('info')
    .description('Says what a log holds.')
    .argument('<FILE>')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: { json?: boolean }) => {
      const info = await logInfo(file);
      if (options.json) printJson(info);
      else print(describe(info));
    });
  command
    .command('verify')
    .description('Re-simulates a log from its seed and its actions, and compares every hash and the scores.')
    .argument('<FILE>')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: { json?: boolean }) => {
      const line = progress();
      const simulation = await thisSimulation();
      const result = await verifyLog(file, {
        ...simulation,
        onProgress: (tick, last) => line.show(`tick ${tick} of ${last}`),
      });
      line.done();
      if (options.json) printJson(result);
      else if (result.verified) {
        print(`verified: ${result.ticks} ticks re-simulate to the same hashes, final hash ${result.finalHash}`);
        if (!result.complete) print('the log ends before the match does: its result is not proved');
      } else print(`NOT verified: ${result.reason}`);
      if (!result.verified) process.exitCode = 1;
    });
  command
    .command('recover')
    .description('Makes a whole log of one that was cut short. The original stays as it is.')
    .argument('<FILE>')
    .option('--out <FILE>', 'where the recovered log goes (default: FILE with .recovered.mcap)')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: { out?: string; json?: boolean }) => {
      const out = options.out ?? `${file.replace(/\.mcap(\.\w+)?$/, '')}.recovered.mcap`;
      const result = await recoverLog(file, out);
      if (options.json) printJson({ ...result, file: out });
      else print(`${result.ticks} ticks recovered to ${out}${result.damage === null ? '' : ` (${result.damage})`}`);
    });
  return command;
}

function describe({ header, ...info }: LogInfo): string {
  const topics = Object.entries(info.topics);
  return [
    `${header.scenario} (behaviorVersion ${header.behaviorVersion}), seed ${header.seed}, ${header.clock}, match ${header.match}`,
    `played ${header.startedAt} by Gauntlet ${header.build}, Rapier ${header.rapier}, Node ${header.node}`,
    `${info.lastTick} ticks, ${info.simSeconds.toFixed(1)} s, outcome ${info.outcome ?? 'none'}, ${info.complete ? 'complete' : 'cut short'}${info.damage === null ? '' : `: ${info.damage}`}`,
    `final hash ${info.finalHash ?? 'none'}`,
    '',
    table([
      ['SEAT', 'AGENT', 'OUTCOME', 'REASON', 'SCORE', 'INFRACTIONS'],
      ...info.seats.map(({ seat, outcome, reason, score }) => [
        seat,
        header.seats.find((each) => each.seat === seat)?.agent ?? '',
        outcome ?? '-',
        reason || '-',
        score.toFixed(1),
        info.infractions[seat] ?? 0,
      ]),
    ]),
    '',
    table([['TOPIC', 'RECORDS', 'BYTES'], ...topics.map(([topic, { records, bytes }]) => [topic, records, bytes])]),
    `${info.bytes} bytes in ${info.chunks} chunks`,
    `events: ${
      Object.entries(info.events)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(', ') || 'none'
    }`,
  ].join('\n');
}
