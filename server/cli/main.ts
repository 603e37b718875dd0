import { Command, CommanderError } from 'commander';
import { BUILD } from '../build.ts';
import { mapCommand } from './map.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { scenariosCommand } from './scenarios.ts';
import { serveCommand } from './serve.ts';
import { describeError } from './output.ts';

/**
 * Runs one command line. Results go to standard output, errors to standard error; the exit status is 0, 1 when the command
 * failed, 2 when it was used wrongly.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('gauntlet')
    .description('Real-time adversarial arenas for autonomous agents.')
    .version(BUILD, '--version')
    .helpOption('--help', 'what a command does and takes')
    .showHelpAfterError('(--help shows what is possible)')
    .exitOverride();
  program.addCommand(serveCommand());
  program.addCommand(runCommand());
  program.addCommand(scenariosCommand());
  program.addCommand(replayCommand());
  program.addCommand(mapCommand());
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .helpOption('--help', 'what this command does and takes')
      .showHelpAfterError('(--help shows what is possible)');
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version are not failures; commander has printed its message already.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      process.stderr.write(`error: ${describeError(error)}\n`);
      process.exitCode = 1;
    }
  }
}

function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...everyCommand(child)]);
}
