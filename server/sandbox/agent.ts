import { statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import { REFERENCE_AGENTS, type ReferenceAgent } from '../../agents-sdk/agents/index.ts';

/** What an AGENT argument stands for. */
export type Agent =
  | { readonly kind: 'reference'; readonly name: string; readonly module: URL }
  | { readonly kind: 'file'; readonly path: string; readonly typescript: boolean }
  | { readonly kind: 'command'; readonly command: string };

const TYPESCRIPT: ReadonlySet<string> = new Set(['.ts', '.mts', '.cts', '.tsx']);
const JAVASCRIPT: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs']);

/**
 * Reads an AGENT argument.
 * @throws GauntletError `unknown-agent` for a name or file that does not exist, `agent-not-started` for a form that cannot run here.
 */
export function parseAgent(text: string, references: readonly ReferenceAgent[] = REFERENCE_AGENTS): Agent {
  const expected = `${references.map(({ name }) => name).join(', ')}, a path to a TypeScript or JavaScript file, or cmd:COMMAND`;
  if (text.startsWith('docker:')) {
    throw new GauntletError(
      'agent-not-started',
      `${text}: this version runs no containers; run the agent as cmd:COMMAND, where COMMAND may start the container itself, or as a file`,
      { expected, actual: text },
    );
  }
  if (text.startsWith('cmd:')) {
    const command = text.slice('cmd:'.length).trim();
    if (command !== '') return { kind: 'command', command };
    throw new GauntletError('unknown-agent', 'cmd: needs a command line after it, such as cmd:"python3 agent.py"', {
      expected: 'cmd:COMMAND',
      actual: text,
    });
  }
  const typescript = TYPESCRIPT.has(extname(text));
  if (text.includes('/') || typescript || JAVASCRIPT.has(extname(text))) {
    const path = resolve(text);
    if (!typescript && !JAVASCRIPT.has(extname(text))) {
      throw new GauntletError(
        'unknown-agent',
        `${text} is not a TypeScript or JavaScript file; run any other program as cmd:COMMAND, such as cmd:"python3 ${text}"`,
        { expected, actual: text },
      );
    }
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
      throw new GauntletError('unknown-agent', `there is no agent file ${path}`, {
        expected: 'a file that exists',
        actual: path,
      });
    }
    return { kind: 'file', path, typescript };
  }
  const reference = references.find(({ name }) => name === text);
  if (reference !== undefined) return { kind: 'reference', name: text, module: reference.module };
  throw new GauntletError('unknown-agent', `there is no agent ${JSON.stringify(text)}: expected ${expected}`, {
    expected,
    actual: text,
  });
}
