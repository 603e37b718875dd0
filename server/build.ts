import manifest from './package.json' with { type: 'json' };

/** The version of Gauntlet, which logs and agents are told. */
export const BUILD: string = manifest.version;
