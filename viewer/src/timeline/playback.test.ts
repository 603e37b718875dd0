import { encodeFrame } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, it } from 'vitest';
import { fakeFrame, fakeScene } from '../../dev/fake-match.ts';
import { LiveSource } from './live-source.ts';
import { Playback } from './playback.ts';

/** A live match of which these ticks have come. */
function liveUpTo(last: number, first = 0): LiveSource {
  const source = new LiveSource(fakeScene('m'));
  for (let tick = first; tick <= last; tick++) source.push(encodeFrame(fakeFrame(tick)), tick * 0.05);
  return source;
}

/** The same frames as a finished match. */
function recorded(last: number): LiveSource {
  const source = liveUpTo(last);
  source.end();
  return source;
}

describe('the playback clock', () => {
  it('plays at its speed and stops at the end', () => {
    const playback = new Playback(recorded(100), null);
    playback.setSpeed(4);
    playback.advance(0.5, 0);
    expect(playback.time).toBeCloseTo(2, 9);
    expect(playback.tick).toBe(40);
    playback.advance(10, 0);
    expect(playback).toMatchObject({ time: 5, playing: false, ended: true });
  });

  it('begins anew when played after its end', () => {
    const playback = new Playback(recorded(20), null);
    playback.seek(1);
    playback.play();
    expect(playback).toMatchObject({ time: 0, playing: true });
  });

  it('clamps what is asked for to what there is', () => {
    const playback = new Playback(recorded(100), null);
    playback.seek(99);
    expect(playback.time).toBe(5);
    playback.seek(-3);
    expect(playback.time).toBe(0);
    playback.setSpeed(100);
    expect(playback.speed).toBe(8);
    playback.setSpeed(0);
    expect(playback.speed).toBe(0.25);
  });

  it('steps by whole ticks from any time, paused', () => {
    const playback = new Playback(recorded(100), null);
    playback.seek(1.013);
    playback.stepTicks(1);
    expect(playback).toMatchObject({ tick: 21, playing: false });
    playback.stepTicks(-2);
    expect(playback.tick).toBe(19);
  });

  it('leaves the edge of a live match to look back, and finds it again by itself', () => {
    const source = liveUpTo(100);
    const playback = new Playback(source, source.edge);
    expect(playback.atEdge).toBe(true);
    playback.seek(4);
    expect(playback.atEdge).toBe(false);
    playback.advance(0.5, 5);
    expect(playback).toMatchObject({ time: 4.5, atEdge: false });
    playback.advance(1, 6);
    expect(playback.atEdge).toBe(true);
  });

  it('can look back no farther than the first frame that was seen', () => {
    const source = liveUpTo(100, 60);
    const playback = new Playback(source, source.edge);
    playback.seek(0);
    expect(playback.time).toBeCloseTo(3, 9);
  });
});
