import type { Recorder } from '../interfaces.ts';

/** Each call of a recorder's methods, as [name, argument]. */
export type Recorded = [string, unknown];

/** A log that keeps everything, and fails where it is told to. */
export function memoryRecorder(
  fail: Partial<Record<'open' | 'tickEnd' | 'close', number>> = {},
): Recorder & { calls: Recorded[] } {
  const calls: Recorded[] = [];
  let ticks = 0;
  const check = (method: 'open' | 'tickEnd' | 'close', at: number): void => {
    calls.push([method, at]);
    if (fail[method] === at) throw new Error('no space left on device');
  };
  return {
    calls,
    async open(header, scene) {
      calls.push(['header', header], ['scene', scene]);
      check('open', 0);
    },
    action: (record) => void calls.push(['action', record]),
    hash: (record) => void calls.push(['hash', record]),
    frame: (tick, bytes) => void calls.push(['frame', { tick, bytes }]),
    event: (event) => void calls.push(['event', event]),
    keyframe: (record) => void calls.push(['keyframe', record]),
    score: (record) => void calls.push(['score', record]),
    async tickEnd() {
      check('tickEnd', ticks++);
    },
    async close() {
      check('close', 0);
    },
  };
}

/** The arguments of one method's calls. */
export function recorded<T>(recorder: { calls: Recorded[] }, method: string): T[] {
  return recorder.calls.filter(([name]) => name === method).map(([, argument]) => argument as T);
}
