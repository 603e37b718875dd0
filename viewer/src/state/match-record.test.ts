import { describe, expect, it } from 'vitest';
import { fakeFrame, fakeScene } from '../../dev/fake-match.ts';
import { MatchRecord } from './match-record.ts';

describe('what is known of a match', () => {
  it('knows entities that come later from the frame that tells of them', () => {
    const record = new MatchRecord(fakeScene('m'));
    expect(record.descriptions.has(13)).toBe(false);
    record.ingest(fakeFrame(300));
    expect(record.descriptions.get(13)?.class).toBe('bus');
  });

  it('holds each event once and in order, however often and in whatever order it comes', () => {
    const record = new MatchRecord(fakeScene('m'));
    for (const tick of [420, 0, 240, 420, 90, 240]) record.ingest(fakeFrame(tick));
    for (const event of fakeFrame(160).events) record.addEvent(event);
    expect(record.events.map(({ tick }) => tick)).toEqual([0, 90, 160, 240, 420]);
  });

  it('keeps the speed of each seat by tick', () => {
    const record = new MatchRecord(fakeScene('m'));
    const frame = fakeFrame(40);
    record.ingest(frame);
    expect(record.speeds.get('blue-2')!.at(40)).toBeCloseTo(frame.entities.find(({ id }) => id === 2)!.speed, 4);
    expect(record.speeds.get('blue-2')!.at(41)).toBeNaN();
  });
});
