import { describe, expect, it } from 'vitest';
import { LiveEdge } from './live-edge.ts';

/** Plays 20 Hz frames whose arrival is late by what `late` says, drawn at 60 Hz; returns how far behind the newest frame the view was. */
function watch(seconds: number, late: (tick: number) => number): { behind: number[]; steps: number[]; edge: LiveEdge } {
  const edge = new LiveEdge();
  const arrivals = Array.from({ length: seconds * 20 }, (_, tick) => ({ tick, at: tick * 0.05 + late(tick) }));
  const behind: number[] = [];
  const steps: number[] = [];
  let shown = 0;
  let newest = 0;
  for (let now = 0; now < seconds; now += 1 / 60) {
    while (arrivals.length > 0 && arrivals[0]!.at <= now) {
      newest = arrivals.shift()!.tick * 0.05;
      edge.arrived(newest, now);
    }
    const next = edge.follow(shown, 1 / 60, now);
    if (now > 3) {
      behind.push(newest - next);
      steps.push(next - shown);
    }
    shown = next;
  }
  return { behind, steps, edge };
}

describe('the edge of a live match', () => {
  it('stays about a tenth of a second behind frames that come evenly', () => {
    const { behind } = watch(10, () => 0.02);
    const mean = behind.reduce((sum, value) => sum + value, 0) / behind.length;
    expect(mean).toBeGreaterThan(0.04);
    expect(mean).toBeLessThan(0.16);
  });

  it('never stands still, jumps or runs past the frames when they come unevenly', () => {
    const { steps, behind } = watch(20, (tick) => 0.02 + ((tick * 7919) % 60) / 1000);
    expect(Math.min(...steps)).toBeGreaterThan(0.2 / 60);
    expect(Math.max(...steps)).toBeLessThan(2.1 / 60);
    expect(Math.min(...behind)).toBeGreaterThan(-0.15);
  });

  it('keeps a greater distance the more unevenly frames come', () => {
    expect(watch(10, (tick) => ((tick * 7919) % 200) / 1000).edge.delay).toBeGreaterThan(
      watch(10, () => 0).edge.delay + 0.03,
    );
  });

  it('stops with a match that stops', () => {
    const edge = new LiveEdge();
    edge.arrived(4, 100);
    let shown = 3.9;
    for (let now = 100; now < 110; now += 1 / 60) shown = edge.follow(shown, 1 / 60, now);
    expect(shown).toBeLessThanOrEqual(4.15);
  });

  it('jumps to the edge after a long gap', () => {
    const edge = new LiveEdge();
    edge.arrived(100, 5);
    expect(edge.follow(20, 1 / 60, 5)).toBeGreaterThan(99);
  });
});
