import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewMatch, RatingChange, SeatEnd, Store } from './store.ts';

const AT = '2026-01-02T03:04:05.678Z';
const LATER = '2026-01-02T03:05:00.000Z';

export function someMatch(id: string, agents: readonly string[] = ['ant@1', 'bee@1']): NewMatch {
  return {
    id,
    scenario: 'roundabout-v1',
    behaviorVersion: 3,
    parameters: { friction: 0.7 },
    clock: 'lockstep',
    rated: true,
    seed: '18446744073709551615',
    limits: { deadlineMs: 200, bankMs: 2000, startupMs: 20_000, missesInARow: 40, missesInAll: 200 },
    logFile: `${id}.mcap`,
    maxTicks: 1200,
    tickSeconds: 0.05,
    createdAt: AT,
    seats: agents.map((agent, i) => ({ seat: `blue-${i + 1}`, team: 'blue', agent })),
  };
}

function ends(count = 2): SeatEnd[] {
  return Array.from({ length: count }, (_, i) => ({
    seat: `blue-${i + 1}`,
    outcome: 'finished',
    reason: 'goal',
    score: 90.1 - i,
    missed: i,
    metrics: { distance: 812.25 },
    infractions: { collision: i },
  }));
}

const END = {
  outcome: 'finished',
  reason: 'all-done',
  tick: 800,
  finalHash: 'ab12',
  endedAt: LATER,
  logFile: 'm.mcap',
  verification: 'pending',
} as const;

function changes(before: readonly [number, number] = [1500, 1500]): RatingChange[] {
  return [
    { agentVersion: 'ant@1', before: before[0], after: before[0] + 16, score: 90.1, place: 1 },
    { agentVersion: 'bee@1', before: before[1], after: before[1] - 16, score: 89.1, place: 2 },
  ];
}

/** Two agents, as most tests want them. */
export async function addAgents(store: Store): Promise<void> {
  for (const name of ['ant', 'bee']) {
    await store.createAgent(
      { name, kind: 'remote', description: `the ${name}`, createdAt: AT },
      { version: '1', tokenHash: `hash of ${name}`, createdAt: AT },
    );
  }
}

/** What every store keeps to, whatever is behind it. */
export function storeContract(name: string, create: () => Promise<Store>): void {
  describe(`${name} keeps to the store's contract`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await create();
    });
    afterEach(() => store.close());

    describe('agents', () => {
      test('an agent comes back with its versions, newest first', async () => {
        await addAgents(store);
        const added = await store.addVersion('ant', { version: '0.9', tokenHash: 'second', createdAt: LATER });
        expect(added).toEqual({
          id: 'ant@0.9',
          agent: 'ant',
          version: '0.9',
          createdAt: LATER,
          rating: null,
          games: 0,
        });
        const ant = await store.getAgent('ant');
        expect(ant).toMatchObject({ name: 'ant', kind: 'remote', description: 'the ant', createdAt: AT });
        expect(ant?.versions.map(({ id }) => id)).toEqual(['ant@0.9', 'ant@1']);
        expect((await store.listAgents()).map((agent) => [agent.name, agent.versions.length])).toEqual([
          ['ant', 2],
          ['bee', 1],
        ]);
        expect(await store.getAgent('cat')).toBeNull();
      });

      test('a version is found by the hash of its token and by its id', async () => {
        await addAgents(store);
        expect(await store.findVersionByTokenHash('hash of bee')).toMatchObject({ id: 'bee@1', kind: 'remote' });
        expect(await store.findVersionByTokenHash('hash of nobody')).toBeNull();
        expect(await store.getVersion('ant@1')).toMatchObject({ agent: 'ant', version: '1' });
        expect(await store.getVersion('ant@2')).toBeNull();
      });

      test('versions without a token live side by side', async () => {
        const version = { version: '1', tokenHash: null, createdAt: AT };
        await store.createAgent({ name: 'one', kind: 'builtin', description: '', createdAt: AT }, version);
        await store.createAgent({ name: 'two', kind: 'builtin', description: '', createdAt: AT }, version);
        expect(await store.listAgents()).toHaveLength(2);
      });

      test('a name, a version and a token are given out once', async () => {
        await addAgents(store);
        const agent = { name: 'ant', kind: 'remote', description: '', createdAt: AT } as const;
        await expect(store.createAgent(agent, { version: '7', tokenHash: null, createdAt: AT })).rejects.toMatchObject({
          code: 'already-exists',
        });
        const again = { version: '1', tokenHash: null, createdAt: AT };
        await expect(store.addVersion('ant', again)).rejects.toMatchObject({ code: 'already-exists', actual: 'ant@1' });
        await expect(store.addVersion('cat', again)).rejects.toMatchObject({ code: 'unknown-agent', actual: 'cat' });
        const stolen = { version: '2', tokenHash: 'hash of bee', createdAt: AT };
        await expect(store.addVersion('ant', stolen)).rejects.toMatchObject({ code: 'already-exists' });
      });

      test('an agent whose first version cannot be stored is not stored either', async () => {
        await addAgents(store);
        const agent = { name: 'cat', kind: 'remote', description: '', createdAt: AT } as const;
        const version = { version: '1', tokenHash: 'hash of bee', createdAt: AT };
        await expect(store.createAgent(agent, version)).rejects.toMatchObject({ code: 'already-exists' });
        expect(await store.getAgent('cat')).toBeNull();
      });
    });

    describe('matches', () => {
      beforeEach(() => addAgents(store));

      test('a new match is queued and comes back as it was given', async () => {
        const created = await store.createMatch(someMatch('m1'));
        const { createdAt, seats, ...given } = someMatch('m1');
        expect(created).toMatchObject({
          ...given,
          createdAt,
          status: 'queued',
          tick: 0,
          outcome: null,
          endedAt: null,
          verification: 'pending',
          ratedAt: null,
        });
        expect(created.seats).toEqual(
          seats.map((seat) => ({
            ...seat,
            outcome: null,
            reason: null,
            score: null,
            missed: 0,
            metrics: {},
            infractions: {},
            ratingBefore: null,
            ratingAfter: null,
          })),
        );
        expect(await store.getMatch('m1')).toEqual(created);
        expect(await store.getMatch('m2')).toBeNull();
      });

      test('a match that cannot be stored with all its seats is not stored at all', async () => {
        const attempt = store.createMatch(someMatch('m1', ['ant@1', 'nobody@1']));
        await expect(attempt).rejects.toMatchObject({
          code: 'unknown-agent',
          path: '/seats/1/agent',
          actual: 'nobody@1',
        });
        expect(await store.getMatch('m1')).toBeNull();
        await store.createMatch(someMatch('m1'));
        await expect(store.createMatch(someMatch('m1'))).rejects.toMatchObject({ code: 'already-exists' });
        expect(await store.getMatch('m1')).toMatchObject({ seats: [{ agent: 'ant@1' }, { agent: 'bee@1' }] });
      });

      test('status, tick and start change until the end, and not after it', async () => {
        await store.createMatch(someMatch('m1'));
        expect(await store.updateMatch('m1', { status: 'waiting' })).toMatchObject({
          status: 'waiting',
          tick: 0,
          startedAt: null,
        });
        expect(await store.updateMatch('m1', { status: 'running', startedAt: AT, tick: 7 })).toMatchObject({
          status: 'running',
          tick: 7,
          startedAt: AT,
        });
        await store.finishMatch('m1', { ...END, seats: ends() });
        await expect(store.updateMatch('m1', { tick: 9 })).rejects.toMatchObject({ code: 'match-over' });
        await expect(store.updateMatch('m9', { tick: 9 })).rejects.toMatchObject({
          code: 'unknown-match',
          actual: 'm9',
        });
      });

      test('the end stores the match and its seats together, whatever the order of the seats', async () => {
        await store.createMatch(someMatch('m1'));
        const ended = await store.finishMatch('m1', { ...END, seats: ends().reverse() });
        expect(ended).toMatchObject({ ...END, status: 'ended' });
        expect(ended.seats).toMatchObject(ends());
        expect(await store.getMatch('m1')).toEqual(ended);
      });

      test('the first end of a match counts', async () => {
        await store.createMatch(someMatch('m1'));
        const first = await store.finishMatch('m1', { ...END, seats: ends() });
        const second = store.finishMatch('m1', { ...END, outcome: 'void', seats: ends() });
        await expect(second).rejects.toMatchObject({ code: 'match-over' });
        expect(await store.getMatch('m1')).toEqual(first);
      });

      test('results that are not of the match’s seats are refused and change nothing', async () => {
        const created = await store.createMatch(someMatch('m1'));
        for (const seats of [ends(1), ends(3), []]) {
          await expect(store.finishMatch('m1', { ...END, seats })).rejects.toMatchObject({ code: 'invalid-seats' });
        }
        await expect(store.finishMatch('m9', { ...END, seats: [] })).rejects.toMatchObject({ code: 'unknown-match' });
        expect(await store.getMatch('m1')).toEqual(created);
      });

      test('a list is newest first, filtered by status and agent, in pages, with the number of all', async () => {
        await store.addVersion('ant', { version: '2', tokenHash: null, createdAt: AT });
        await store.createMatch(someMatch('m1'));
        await store.createMatch(someMatch('m2', ['ant@2']));
        await store.createMatch(someMatch('m3', ['bee@1', 'bee@1']));
        await store.updateMatch('m2', { status: 'running' });
        const ids = async (query: object) => {
          const { matches, total } = await store.listMatches({ limit: 10, offset: 0, ...query });
          return [matches.map(({ id }) => id).join(), total];
        };
        expect(await ids({})).toEqual(['m3,m2,m1', 3]);
        expect(await ids({ limit: 1, offset: 1 })).toEqual(['m2', 3]);
        expect(await ids({ offset: 5 })).toEqual(['', 3]);
        expect(await ids({ status: 'queued' })).toEqual(['m3,m1', 2]);
        expect(await ids({ agent: 'ant' })).toEqual(['m2,m1', 2]);
        expect(await ids({ agent: 'ant@2' })).toEqual(['m2', 1]);
        expect(await ids({ agent: 'bee' })).toEqual(['m3,m1', 2]);
        expect(await ids({ agent: 'bee', status: 'running' })).toEqual(['', 0]);
        expect(await ids({ agent: '%' })).toEqual(['', 0]);
        expect(await ids({ agent: "' or 1=1 --" })).toEqual(['', 0]);
      });

      test('what a crash leaves behind is listed: unfinished, unverified, unrated, oldest first', async () => {
        for (const id of ['m1', 'm2', 'm3', 'm4']) await store.createMatch(someMatch(id));
        await store.createMatch({ ...someMatch('m5'), rated: false });
        const lists = async () =>
          (await Promise.all([store.listUnfinished(), store.listUnverified(), store.listUnrated()])).map((list) =>
            list.map(({ id }) => id).join(),
          );
        expect(await lists()).toEqual(['m1,m2,m3,m4,m5', '', '']);
        for (const id of ['m2', 'm3', 'm5']) await store.finishMatch(id, { ...END, seats: ends() });
        await store.finishMatch('m4', { ...END, outcome: 'void', verification: 'not-applicable', seats: ends() });
        expect(await lists()).toEqual(['m1', 'm2,m3,m5', '']);
        await store.setVerification('m2', 'failed');
        await store.setVerification('m3', 'verified');
        await store.setVerification('m5', 'verified');
        expect(await lists()).toEqual(['m1', '', 'm3']);
        await store.applyRatings('m3', LATER, changes());
        expect(await lists()).toEqual(['m1', '', '']);
      });

      test('only the log of an ended match can have been verified', async () => {
        await store.createMatch(someMatch('m1'));
        await expect(store.setVerification('m1', 'verified')).rejects.toMatchObject({ code: 'invalid-request' });
        await expect(store.setVerification('m9', 'verified')).rejects.toMatchObject({ code: 'unknown-match' });
      });
    });

    describe('ratings', () => {
      beforeEach(async () => {
        await addAgents(store);
        for (const id of ['m1', 'm2']) {
          await store.createMatch(someMatch(id));
          await store.finishMatch(id, { ...END, seats: ends() });
          await store.setVerification(id, 'verified');
        }
      });

      test('applied ratings show in the ranking, the histories, the seats and the versions', async () => {
        expect(await store.ratingsOf(['ant@1'])).toEqual(new Map());
        expect(await store.applyRatings('m1', AT, changes())).toBe('applied');
        expect(await store.applyRatings('m2', LATER, changes([1516, 1484]))).toBe('applied');
        expect(await store.ratings()).toEqual([
          { rank: 1, agentVersion: 'ant@1', agent: 'ant', version: '1', rating: 1532, games: 2, lastDelta: 16 },
          { rank: 2, agentVersion: 'bee@1', agent: 'bee', version: '1', rating: 1468, games: 2, lastDelta: -16 },
        ]);
        expect(await store.ratingHistory('bee@1')).toEqual([
          { match: 'm1', scenario: 'roundabout-v1', at: AT, before: 1500, after: 1484, score: 89.1, place: 2 },
          { match: 'm2', scenario: 'roundabout-v1', at: LATER, before: 1484, after: 1468, score: 89.1, place: 2 },
        ]);
        expect(await store.ratingsOf(['ant@1', 'cat@1'])).toEqual(new Map([['ant@1', { rating: 1532, games: 2 }]]));
        expect((await store.getMatch('m2'))?.seats).toMatchObject([
          { ratingBefore: 1516, ratingAfter: 1532 },
          { ratingBefore: 1484, ratingAfter: 1468 },
        ]);
        expect(await store.getVersion('ant@1')).toMatchObject({ rating: 1532, games: 2 });
      });

      test('a match is rated at most once, also when asked twice at the same moment', async () => {
        const answers = await Promise.all([
          store.applyRatings('m1', AT, changes()),
          store.applyRatings('m1', AT, changes()),
        ]);
        expect(answers.sort()).toEqual(['already-rated', 'applied']);
        expect(await store.applyRatings('m1', LATER, changes([1516, 1484]))).toBe('already-rated');
        expect(await store.ratingsOf(['ant@1'])).toEqual(new Map([['ant@1', { rating: 1516, games: 1 }]]));
        expect((await store.getMatch('m1'))?.ratedAt).toBe(AT);
      });

      test('changes worked out from ratings that moved since are refused as a whole', async () => {
        await store.applyRatings('m1', AT, changes());
        // The first of the two fits, the second does not: neither may happen.
        expect(await store.applyRatings('m2', LATER, changes([1516, 1500]))).toBe('stale');
        expect((await store.ratings()).map(({ rating, games }) => [rating, games])).toEqual([
          [1516, 1],
          [1484, 1],
        ]);
        expect((await store.getMatch('m2'))?.ratedAt).toBeNull();
        expect(await store.applyRatings('m2', LATER, changes([1516, 1484]))).toBe('applied');
      });

      test('only versions that hold a seat can be rated', async () => {
        const stranger = { agentVersion: 'cat@1', before: 1500, after: 1501, score: 1, place: 1 };
        const attempt = store.applyRatings('m1', AT, [...changes(), stranger]);
        await expect(attempt).rejects.toMatchObject({
          code: 'invalid-seats',
          path: '/2/agentVersion',
          actual: 'cat@1',
        });
        expect(await store.ratings()).toEqual([]);
        await expect(store.applyRatings('m9', AT, [])).rejects.toMatchObject({ code: 'unknown-match' });
      });

      test('equal ratings share a rank', async () => {
        await store.applyRatings('m1', AT, [
          { agentVersion: 'ant@1', before: 1500, after: 1500, score: 1, place: 1 },
          { agentVersion: 'bee@1', before: 1500, after: 1500, score: 1, place: 1 },
        ]);
        expect((await store.ratings()).map(({ rank }) => rank)).toEqual([1, 1]);
      });

      test('a version without games has an empty history, an unknown one none', async () => {
        expect(await store.ratingHistory('ant@1')).toEqual([]);
        await expect(store.ratingHistory('cat@1')).rejects.toMatchObject({ code: 'unknown-agent', actual: 'cat@1' });
      });
    });

    test('a setting is null until it is set, and can be replaced', async () => {
      expect(await store.getSetting('organiser-token-hash')).toBeNull();
      await store.setSetting('organiser-token-hash', 'one');
      await store.setSetting('organiser-token-hash', 'two');
      expect(await store.getSetting('organiser-token-hash')).toBe('two');
    });

    test('calls made at the same moment do not get into each other', async () => {
      await addAgents(store);
      const ids = Array.from({ length: 20 }, (_, i) => `m${i}`);
      const attempts = ids.flatMap((id) => [
        store.createMatch(someMatch(id)),
        store.createMatch(someMatch(id, ['nobody@1'])),
        store.listMatches({ limit: 5, offset: 0 }),
      ]);
      await Promise.allSettled(attempts);
      const { matches, total } = await store.listMatches({ limit: 100, offset: 0 });
      expect(total).toBe(20);
      expect(matches.every(({ seats }) => seats.length === 2)).toBe(true);
    });
  });
}
