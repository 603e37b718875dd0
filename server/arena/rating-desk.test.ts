import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { addAgents, someMatch } from '../store/contract.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store, StoredMatch } from '../store/store.ts';
import { rateMatch, RatingDesk, type VerifyLog } from './rating-desk.ts';

const even = (): number => 1500;

describe('rating a match', () => {
  test('the higher score wins, and the ratings move by the same amount', () => {
    const changes = rateMatch(
      [
        { agent: 'ant@1', outcome: 'finished', score: 90 },
        { agent: 'bee@1', outcome: 'finished', score: 40 },
      ],
      even,
    );
    expect(changes.map(({ agentVersion, after, place }) => [agentVersion, after, place])).toEqual([
      ['ant@1', 1516, 1],
      ['bee@1', 1484, 2],
    ]);
  });

  test('one that crashed is behind every score, and equal scores share a place', () => {
    const changes = rateMatch(
      [
        { agent: 'ant@1', outcome: 'crashed', score: 99 },
        { agent: 'bee@1', outcome: 'finished', score: 0 },
        { agent: 'cat@1', outcome: 'finished', score: 0 },
      ],
      even,
    );
    expect(changes.map(({ place }) => place)).toEqual([3, 1, 1]);
  });

  test('a version in two seats counts once, with the mean of its scores', () => {
    const changes = rateMatch(
      [
        { agent: 'ant@1', outcome: 'finished', score: 100 },
        { agent: 'ant@1', outcome: 'finished', score: 20 },
        { agent: 'bee@1', outcome: 'finished', score: 70 },
      ],
      even,
    );
    expect(changes.map(({ agentVersion, score, place }) => [agentVersion, score, place])).toEqual([
      ['ant@1', 60, 2],
      ['bee@1', 70, 1],
    ]);
  });

  test('a void match, and one of a single version, rate nobody', () => {
    const alone = { agent: 'ant@1', outcome: 'finished', score: 100 } as const;
    expect(rateMatch([alone, { ...alone, score: 10 }], even)).toEqual([]);
    expect(rateMatch([alone, { agent: 'bee@1', outcome: 'void', score: 0 }], even)).toEqual([]);
  });
});

describe('the desk', () => {
  async function desk(verify: VerifyLog): Promise<{ store: Store; match: StoredMatch; after: StoredMatch }> {
    const store = await openSqliteStore(':memory:');
    await addAgents(store);
    const { id, seats } = await store.createMatch({ ...someMatch('m-1'), rated: true });
    const match = await store.finishMatch(id, {
      outcome: 'finished',
      reason: 'all-out',
      tick: 100,
      finalHash: 'f',
      endedAt: '2026-01-01T00:00:00.000Z',
      logFile: 'm-1.mcap',
      verification: 'pending',
      seats: seats.map(({ seat }, i) => ({
        seat,
        outcome: 'finished',
        reason: 'goal',
        score: 100 - i,
        missed: 0,
        metrics: {},
        infractions: {},
      })),
    });
    const desk = new RatingDesk({
      store,
      logger: pino({ level: 'silent' }),
      logPath: () => '/logs/m-1.mcap',
      verify,
      onChange: () => {},
      now: () => '2026-01-01T00:00:01.000Z',
    });
    desk.add(match);
    // A second time, as after a restart: it must not rate twice.
    desk.add(match);
    await desk.idle();
    return { store, match, after: (await store.getMatch(id))! };
  }

  test('a match whose log verifies moves the ratings, once', async () => {
    const { store, after } = await desk(async () => ({ verified: true, complete: true, reason: '' }));
    expect(after.verification).toBe('verified');
    expect((await store.ratings()).map(({ rating, games }) => [rating, games])).toEqual([
      [1516, 1],
      [1484, 1],
    ]);
    await store.close();
  });

  test.each([
    ['does not verify', async () => ({ verified: false, complete: true, reason: 'another hash' })],
    ['has no end', async () => ({ verified: true, complete: false, reason: '' })],
    [
      'cannot be read',
      async (): Promise<never> => {
        throw new GauntletError('invalid-log', 'not a log');
      },
    ],
  ])('a log that %s rates nobody', async (_, verify) => {
    const { store, after } = await desk(verify);
    expect(after.verification).toBe('failed');
    expect(await store.ratings()).toEqual([]);
    await store.close();
  });

  test("the arena's own trouble leaves the match to be verified later", async () => {
    const { store, after } = await desk(async () => {
      throw new Error('the thread died');
    });
    expect(after.verification).toBe('pending');
    expect(await store.listUnverified()).toHaveLength(1);
    await store.close();
  });
});
