import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine. Numbers are used again, a number with its start time is not. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot, as proc(5) has it. */
  readonly start: string;
}

interface Stat extends ProcessId {
  readonly parent: number;
  readonly state: string;
}

/** Everything that a process has started and that still descends from it. Linux alone: it reads /proc. */
export function descendants(pid: number): ProcessId[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== null);
  const found: Stat[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = all.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  return found.map(({ pid, start }) => ({ pid, start }));
}

/** Those that still run. What has ended and is not yet taken away by its parent does not. */
export function alive(processes: readonly ProcessId[]): ProcessId[] {
  return processes.filter(({ pid, start }) => {
    const stat = statOf(pid);
    return stat !== null && stat.start === start && stat.state !== 'Z' && stat.state !== 'X';
  });
}

function statOf(pid: number): Stat | null {
  try {
    // The name, in brackets, may hold anything; after it come state, parent, and 19 fields on the start time.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, start: fields[19] ?? '', parent: Number(fields[1]), state: fields[0] ?? '' };
  } catch {
    return null;
  }
}
