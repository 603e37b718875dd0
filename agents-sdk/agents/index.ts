/** An agent that comes with Gauntlet. Its module's default export is an `AgentFactory`. */
export interface ReferenceAgent {
  readonly name: string;
  readonly description: string;
  /** To be imported, or given to `src/run-agent.ts` as its argument. */
  readonly module: URL;
}

export const REFERENCE_AGENTS: readonly ReferenceAgent[] = [
  {
    name: 'lane-keeper',
    description: 'Pure pursuit and IDM at the speed limit; waits at give-way lines for a gap.',
    module: new URL('./lane-keeper.ts', import.meta.url),
  },
  {
    name: 'cautious',
    description: 'Drives as lane-keeper does, slower and with larger gaps.',
    module: new URL('./cautious.ts', import.meta.url),
  },
];

/** The program that runs an agent's module as a process of its own. */
export const RUN_AGENT = new URL('../src/run-agent.ts', import.meta.url);
