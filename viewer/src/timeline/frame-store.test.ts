import { encodeFrame } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, it } from 'vitest';
import { fakeFrame } from '../../dev/fake-match.ts';
import { FrameStore } from './frame-store.ts';

function put(store: FrameStore, tick: number, focus?: number): void {
  const frame = fakeFrame(tick);
  store.put(frame, encodeFrame(frame), focus);
}

describe('the store of frames', () => {
  it('finds the frames around any tick, whatever the order they came in', () => {
    const store = new FrameStore();
    for (const tick of [40, 10, 30, 20]) put(store, tick);
    expect(store.around(9.9)).toBeNull();
    expect([store.around(10)!.before.tick, store.around(10)!.after!.tick]).toEqual([10, 20]);
    expect([store.around(34.5)!.before.tick, store.around(34.5)!.after!.tick]).toEqual([30, 40]);
    expect([store.around(99)!.before.tick, store.around(99)!.after]).toEqual([40, null]);
  });

  it('gives the same frames when they were forgotten and are decoded again', () => {
    const store = new FrameStore();
    for (let tick = 0; tick < 600; tick++) put(store, tick);
    expect(store.around(3)!.before.entities[0]!.x).toBeCloseTo(fakeFrame(3).entities[0]!.x, 3);
  });

  it('lets go of what is farthest from the focus when memory is short', () => {
    const size = encodeFrame(fakeFrame(1)).length;
    const store = new FrameStore(size * 40);
    for (let tick = 0; tick < 200; tick++) put(store, tick, 0);
    expect(store.has(0)).toBe(true);
    expect(store.size).toBeLessThan(45);
    for (let tick = 100; tick < 300; tick++) put(store, tick, 300);
    expect(store.has(0)).toBe(false);
    expect(store.lastTick).toBe(299);
  });
});
