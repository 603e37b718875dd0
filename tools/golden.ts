// Writes golden.json of the scenarios named (or of all). Run it together with a raise of `behaviorVersion`, never alone.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SCENARIOS } from '@gauntlet/scenarios';
import { loadPhysics } from '@gauntlet/sim';
import { goldenOf } from '../server/match/scenario-check.ts';

await loadPhysics();
const names = process.argv.slice(2);
for (const scenario of SCENARIOS) {
  if (names.length > 0 && !names.includes(scenario.id)) continue;
  const golden = goldenOf(scenario, '1', 400);
  writeFileSync(
    join(resolve(import.meta.dirname, '..'), 'scenarios', scenario.id, 'golden.json'),
    `${JSON.stringify(golden, null, 2)}\n`,
  );
  console.log(scenario.id, golden.finalHash);
}
