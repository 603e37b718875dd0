import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** DESIGN section 3. The first rule whose folder holds a file applies. `types:` allows an import for types only. */
const TABLE: { folder: string; may: string[] }[] = [
  { folder: 'agents-sdk/protocol/codec.ts', may: ['typebox', 'msgpackr', 'agents-sdk/protocol'] },
  { folder: 'agents-sdk/protocol', may: ['typebox', 'agents-sdk/protocol'] },
  { folder: 'agents-sdk/src', may: ['node', 'ws', 'agents-sdk/protocol', 'agents-sdk/src'] },
  { folder: 'agents-sdk/agents', may: ['agents-sdk/src', 'agents-sdk/agents', 'types:agents-sdk/protocol', 'node'] },
  { folder: 'sim/src/physics/rapier.ts', may: ['@dimforge/rapier3d-compat', 'sim'] },
  { folder: 'sim/src/math.ts', may: ['@stdlib'] },
  { folder: 'sim/src/opendrive/xml.ts', may: ['@rgrove/parse-xml', 'sim'] },
  { folder: 'sim', may: ['sim', '@noble/hashes', 'types:agents-sdk/protocol'] },
  { folder: 'scenarios', may: ['sim', 'scenarios', 'types:agents-sdk/protocol'] },
  {
    // Where matches get the real worlds and logs from.
    folder: 'server/match/real-stage.ts',
    may: ['server/match', 'server/log/recorder.ts', 'server/build.ts', 'sim'],
  },
  {
    folder: 'server/match',
    may: ['server/match', 'sim', 'scenarios', 'agents-sdk/protocol', 'node'],
  },
  {
    folder: 'server/log',
    may: [
      'server/log',
      'server/build.ts',
      'typebox',
      'types:server/match',
      'agents-sdk/protocol',
      'sim',
      'scenarios',
      '@mcap/core',
      'node',
    ],
  },
  {
    folder: 'server/gateway',
    may: [
      'server/gateway',
      'types:server/match',
      'agents-sdk/protocol',
      'fastify',
      '@fastify',
      'socket.io',
      'ws',
      'pino',
      'prom-client',
      'typebox',
      'node',
    ],
  },
  {
    folder: 'server/sandbox',
    may: ['server/sandbox', 'types:server/match', 'agents-sdk/protocol', 'agents-sdk/agents', 'node'],
  },
  {
    folder: 'server/store',
    may: ['server/store', 'types:server/match', 'agents-sdk/protocol', 'kysely', 'better-sqlite3', 'node'],
  },
  { folder: 'server/ratings', may: ['server/ratings', 'types:agents-sdk/protocol'] },
  { folder: 'server', may: ['*'] },
  {
    folder: 'viewer',
    may: ['viewer', 'agents-sdk/protocol', 'three', 'lit-html', 'socket.io-client', '@mcap/core', 'fzstd'],
  },
  { folder: 'bench', may: ['*'] },
  { folder: 'tools', may: ['*'] },
];

/** Where a bare package name of ours lives. */
const OURS: [string, string][] = [
  ['@gauntlet/agents-sdk/protocol', 'agents-sdk/protocol'],
  ['@gauntlet/agents-sdk', 'agents-sdk/src'],
  ['@gauntlet/sim', 'sim'],
  ['@gauntlet/scenarios', 'scenarios'],
  ['@gauntlet/server', 'server'],
  ['@gauntlet/viewer', 'viewer'],
];

interface Import {
  file: string;
  target: string;
  typeOnly: boolean;
}

/** Every import, export-from and dynamic import of a source, as the folder or package that it reaches. */
function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  const statement =
    /\b(?:import|export)\s+(type\s+)?((?:[^'";]*?)\s+from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
  for (const match of code.matchAll(statement)) {
    const names = match[2] ?? '';
    const everyNameIsAType =
      /\{[^}]*\}/.test(names) &&
      [...names.matchAll(/\{([^}]*)\}/g)].every((list) =>
        (list[1] ?? '')
          .split(',')
          .filter((name) => name.trim() !== '')
          .every((name) => name.trim().startsWith('type ')),
      );
    found.push({
      file,
      target: target(file, match[3] ?? match[4] ?? ''),
      typeOnly: match[1] !== undefined || everyNameIsAType,
    });
  }
  return found;
}

function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(ROOT, dirname(file), specifier));
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return 'node';
  const ours = OURS.find(([name]) => specifier === name || specifier.startsWith(`${name}/`));
  return ours ? ours[1] : specifier;
}

function allowed(entry: Import): boolean {
  const rule = TABLE.find(({ folder }) => entry.file === folder || entry.file.startsWith(`${folder}/`));
  if (!rule) return false;
  const reaches = (name: string): boolean =>
    name === '*' || entry.target === name || entry.target.startsWith(`${name}/`);
  return rule.may.some((name) =>
    name.startsWith('types:') ? entry.typeOnly && reaches(name.slice(6)) : reaches(name),
  );
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mts|js|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file));
}

const isTest = (file: string): boolean =>
  /(\.test\.ts|\.config\.ts|\/contract\.ts)$/.test(file) || /\/(dev|test|testing|fixtures)\//.test(file);

test('DESIGN 3: every import keeps to the table', () => {
  const files = ['agents-sdk', 'sim', 'scenarios', 'server', 'viewer'].flatMap(sources).filter((file) => !isTest(file));
  const imports = files.flatMap((file) => importsOf(file, readFileSync(join(ROOT, file), 'utf8')));
  expect(imports.length).toBeGreaterThan(100);
  const broken = imports
    .filter((entry) => !allowed(entry))
    .map(({ file, target }) => `${file} may not import ${target}`);
  expect(broken).toEqual([]);
});

test('the check sees what is forbidden', () => {
  const see = (file: string, code: string): boolean => importsOf(file, code).every(allowed);
  expect(see('sim/src/world.ts', `import fs from 'node:fs';`)).toBe(false);
  expect(see('sim/src/world.ts', `import { Team } from '@gauntlet/agents-sdk/protocol';`)).toBe(false);
  expect(see('sim/src/world.ts', `import type { Team } from '@gauntlet/agents-sdk/protocol';`)).toBe(true);
  expect(see('sim/src/world.ts', `import { type Team } from '@gauntlet/agents-sdk/protocol';`)).toBe(true);
  expect(see('sim/src/vehicle/vehicle.ts', `import RAPIER from '@dimforge/rapier3d-compat';`)).toBe(false);
  expect(see('viewer/src/main.ts', `const x = await import('../../sim/src/index.ts');`)).toBe(false);
  expect(see('server/ratings/elo.ts', `export { x } from '../store/store.ts';`)).toBe(false);
});
