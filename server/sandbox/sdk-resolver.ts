import { registerHooks } from 'node:module';

const SDK = '@gauntlet/agents-sdk';

/**
 * Loaded into an author's agent before its module: where the author has not installed the SDK, the arena's own is used, so that a
 * single file is a whole agent.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== SDK && !specifier.startsWith(`${SDK}/`)) return nextResolve(specifier, context);
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The second is what `require` says, as which a TypeScript file without a package.json is loaded.
      if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
      return { url: import.meta.resolve(specifier), shortCircuit: true };
    }
  },
});
