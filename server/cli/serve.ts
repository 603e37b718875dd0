import { resolve } from 'node:path';
import { Command } from 'commander';
import { createLogger, startArenaServer } from '../main.ts';
import type { MapFile } from '../match/interfaces.ts';
import { readMapFile } from './map-file.ts';
import { integer } from './options.ts';
import { print } from './output.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly demo?: boolean;
  readonly map?: string;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('Serves the arena: API, agent gateway, spectators, viewer.')
    .option('--port <PORT>', 'port to listen on', integer(0, 65535), 8080)
    .option('--host <ADDRESS>', 'address to listen on; 0.0.0.0 lets other machines in', '127.0.0.1')
    .option(
      '--data <FOLDER>',
      'where the database and the logs are kept',
      process.env['GAUNTLET_DATA_DIR'] ?? '.gauntlet',
    )
    .option('--demo', 'keeps matches between reference agents going')
    .option('--map <FILE>', 'shows an OpenDRIVE map with traffic and no contestants')
    .action(async (options: ServeOptions) => {
      // Before all else: a file with an error leaves no arena behind.
      const map = options.map === undefined ? null : loadMap(options.map);
      const logger = createLogger();
      const server = await startArenaServer({
        host: options.host,
        port: options.port,
        dataDir: resolve(options.data),
        demo: options.demo ?? false,
        map,
        logger,
      });
      if (server.newOrganiserToken !== null) {
        print(
          `\nThe organiser's token, told this once (it may create agents and matches):\n\n  ${server.newOrganiserToken}\n`,
        );
      }
      print(`Gauntlet is ready at ${server.url}`);
      if (server.mapUrl !== null) print(`Watch ${map?.name} at ${server.mapUrl}`);
      let closing = false;
      const stop = async (signal: string): Promise<void> => {
        // A second signal does not wait for matches and logs.
        if (closing) process.exit(1);
        closing = true;
        logger.info({ signal }, 'shutting down: matches end as void');
        await server.close();
        process.exit(0);
      };
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));
    });
}

/** A map file; what is not supported in it goes to standard error. @throws Error that says what is wrong with it. */
function loadMap(file: string): MapFile {
  const { name, text, road } = readMapFile(file);
  for (const { place, text: what } of road.warnings) process.stderr.write(`warning: ${file}: ${place}: ${what}\n`);
  return { name, text };
}
