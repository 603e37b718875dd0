import { SCENARIOS } from '@gauntlet/scenarios';
import { Command } from 'commander';
import { checkScenario } from '../match/scenario-check.ts';
import { requireScenario, scenarioResource } from '../match/scenario-resource.ts';
import { print, printJson, table } from './output.ts';

export function scenariosCommand(): Command {
  const command = new Command('scenarios')
    .description('Lists the scenarios, or describes one.')
    .argument('[ID]', 'a scenario, such as roundabout-v1')
    .option('--json', 'one JSON document')
    .action((id: string | undefined, options: { json?: boolean }) => {
      if (id === undefined) {
        const all = SCENARIOS.map(scenarioResource);
        if (options.json) printJson(all);
        else
          print(
            table([
              ['ID', 'SEATS', 'TITLE'],
              ...all.map((each) => [each.id, each.seats.map(({ seat }) => seat).join(' '), each.title]),
            ]),
          );
        return;
      }
      const scenario = scenarioResource(requireScenario(id));
      if (options.json) printJson(scenario);
      else {
        print(`${scenario.id}: ${scenario.title}\n\n${scenario.description}\n`);
        print(`seats: ${scenario.seats.map(({ seat, body }) => `${seat} (${body})`).join(', ')}`);
        print(`ends after ${scenario.maxTicks * scenario.tickSeconds} s at the latest\n`);
        const rows = Object.entries(scenario.parameters).map(([name, spec]) => [
          name,
          spec.default,
          spec.min,
          spec.max,
          spec.unit,
          spec.description,
        ]);
        print(table([['PARAMETER', 'DEFAULT', 'MIN', 'MAX', 'UNIT', 'WHAT'], ...rows]));
      }
    });
  command
    .command('check')
    .description('Checks that scenarios keep their promises: documented, deterministic, restorable, golden hash.')
    .argument('[ID]', 'only this one')
    .option('--json', 'one JSON document')
    .action(async (id: string | undefined, _options: unknown, self: Command) => {
      const scenarios = id === undefined ? SCENARIOS : [requireScenario(id)];
      const results = [];
      for (const scenario of scenarios) results.push(await checkScenario(scenario));
      if (self.optsWithGlobals().json) printJson(results);
      else
        for (const { scenario, checks } of results)
          for (const { name, ok, detail } of checks)
            print(`${ok ? 'ok    ' : 'FAILED'} ${scenario} ${name}: ${detail}`);
      if (results.some(({ checks }) => checks.some(({ ok }) => !ok))) process.exitCode = 1;
    });
  return command;
}
