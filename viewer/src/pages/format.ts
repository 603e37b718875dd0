import type { MatchResource, Outcome } from '@gauntlet/agents-sdk/protocol';

/** Seconds as `1:23`, with tenths when asked for; hours only when there are any. */
export function clockTime(seconds: number, tenths = false): string {
  const total = Math.max(0, tenths ? Math.floor(seconds * 10 + 1e-6) / 10 : Math.floor(seconds + 1e-6));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const rest = total % 60;
  const text = tenths ? rest.toFixed(1).padStart(4, '0') : String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${text}` : `${minutes}:${text}`;
}

/** How long ago a time was, in words. @param now ms since the epoch. */
export function ago(time: string | null, now: number): string {
  if (time === null) return '';
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 50) return 'just now';
  const steps: [number, string][] = [
    [60, 'min'],
    [3600, 'h'],
    [86400, 'd'],
  ];
  const [size, unit] = steps.findLast(([length]) => seconds >= length * 0.9) ?? steps[0]!;
  return `${Math.max(1, Math.round(seconds / size))} ${unit} ago`;
}

/** A change with its sign: `+14.2`, `-3.0`. */
export function signed(value: number): string {
  return `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(1)}`;
}

/** `lane-keeper@1.2.0` in two parts. */
export function splitVersion(id: string): { agent: string; version: string } {
  const at = id.lastIndexOf('@');
  return at < 0 ? { agent: id, version: '' } : { agent: id.slice(0, at), version: id.slice(at + 1) };
}

const OUTCOMES: Record<Outcome, string> = {
  finished: 'Finished',
  timeout: 'Out of time',
  crashed: 'Program crashed',
  disconnected: 'Disconnected',
  invalid: 'Invalid',
  void: 'Void',
};

export function outcomeText(outcome: Outcome | null): string {
  return outcome === null ? '' : OUTCOMES[outcome];
}

/** A scenario's id as words, for when its title is not known: `roundabout-v1` -> `Roundabout`. */
export function scenarioWords(id: string): string {
  const words = id.replace(/-v\d+$/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Seats from best to worst score, those without one last. */
export function bySeatScore(match: MatchResource): MatchResource['seats'] {
  return [...match.seats].sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity));
}
