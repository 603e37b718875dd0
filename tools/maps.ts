// Writes our own road maps as OpenDRIVE files: `node tools/maps.ts`. A test compares the committed files with the code.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OWN_MAPS } from '../scenarios/maps/index.ts';

const folder = join(resolve(import.meta.dirname, '..'), 'scenarios', 'maps');
for (const [name, text] of Object.entries(OWN_MAPS)) {
  writeFileSync(join(folder, `${name}.xodr`), text());
  console.log(`scenarios/maps/${name}.xodr`);
}
