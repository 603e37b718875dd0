import { describe, expect, it } from 'vitest';
import { ago, clockTime, scenarioWords, signed, splitVersion } from './format.ts';
import { formatMatchAddress, parseMatchAddress } from './match-address.ts';

describe('the address of a moment', () => {
  it('comes back as it was written', () => {
    const moment = { time: 12.35, follow: 'blue-1', camera: 'chase' } as const;
    expect(formatMatchAddress(moment)).toBe('?t=12.35&follow=blue-1&camera=chase');
    expect(parseMatchAddress(formatMatchAddress(moment))).toEqual(moment);
  });

  it('leaves out what is not said, and ignores what cannot be', () => {
    expect(formatMatchAddress({ time: null, follow: null, camera: null })).toBe('');
    expect(parseMatchAddress('?t=-4&camera=drone')).toEqual({ time: null, follow: null, camera: null });
    expect(parseMatchAddress('?t=&x=1')).toEqual({ time: null, follow: null, camera: null });
  });
});

describe('words for people', () => {
  it('writes times as clocks do', () => {
    expect([0, 9.99, 61, 3725].map((time) => clockTime(time))).toEqual(['0:00', '0:09', '1:01', '1:02:05']);
    expect(clockTime(59.96, true)).toBe('0:59.9');
    expect(clockTime(12.3, true)).toBe('0:12.3');
  });

  it('says how long ago', () => {
    const now = Date.UTC(2026, 0, 2);
    const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now);
    expect([10, 60, 3600, 7200, 86400].map(before)).toEqual(['just now', '1 min ago', '1 h ago', '2 h ago', '1 d ago']);
  });

  it('splits versions, signs changes and reads scenario ids', () => {
    expect(splitVersion('lane-keeper@1.2.0')).toEqual({ agent: 'lane-keeper', version: '1.2.0' });
    expect([signed(3.14159), signed(-2)]).toEqual(['+3.1', '\u22122.0']);
    expect(scenarioWords('highway-cut-in-v1')).toBe('Highway cut in');
  });
});
