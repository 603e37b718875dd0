import type { SIGNAL_STATES as Protocol } from '@gauntlet/agents-sdk/protocol';

/** The protocol's table of signal states, whose indices are the codes in frames: its values may not be imported here. */
export const SIGNAL_STATES: typeof Protocol = ['off', 'red', 'red-amber', 'amber', 'green', 'flashing-amber'];
