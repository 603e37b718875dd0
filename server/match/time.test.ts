import { describe, expect, it } from 'vitest';
import { FloodGate } from './flood-gate.ts';
import { Gate } from './gate.ts';
import { MissCount } from './miss-count.ts';
import { Pacer } from './pacer.ts';
import { percentile } from './percentile.ts';
import { SeatConnection } from './seat-connection.ts';
import { systemClock } from './system-clock.ts';
import { TimeBank } from './time-bank.ts';
import { FakeWire } from './testing/fake-wire.ts';
import { ManualClock, settle } from './testing/manual-clock.ts';

describe('a time bank', () => {
  it('[M10] pays for overruns only, never grows, never falls below nothing', () => {
    const bank = new TimeBank(200, 500);
    expect(bank.patienceMs(30)).toBe(730);
    bank.charge(0);
    bank.charge(200);
    expect(bank.leftMs).toBe(500);
    bank.charge(320);
    expect(bank.leftMs).toBe(380);
    expect(bank.patienceMs(0)).toBe(580);
    bank.charge(Infinity);
    expect(bank.leftMs).toBe(0);
    expect(bank.patienceMs(0)).toBe(200);
  });
});

describe('a count of misses', () => {
  it('[M17] names the end by what most of the counted misses were; among equals by the last', () => {
    const all = (limit: number, ...whys: ('deadline' | 'invalid' | 'disconnected' | 'stale')[]) => {
      const count = new MissCount({ missesInARow: 99, missesInAll: limit });
      for (const why of whys) count.add(why);
      return count.forfeit()?.outcome ?? null;
    };
    expect(all(4, 'deadline', 'deadline', 'deadline')).toBeNull();
    expect(all(3, 'deadline', 'stale', 'invalid')).toBe('timeout');
    expect(all(3, 'invalid', 'deadline', 'invalid')).toBe('invalid');
    expect(all(2, 'deadline', 'disconnected')).toBe('disconnected');
  });

  it('[M16] counts a row from the last answer', () => {
    const count = new MissCount({ missesInARow: 2, missesInAll: 99 });
    count.add('invalid');
    count.answered();
    count.add('deadline');
    expect([count.inARow, count.inAll, count.forfeit()]).toEqual([1, 2, null]);
    count.add('deadline');
    expect(count.forfeit()).toEqual({ outcome: 'timeout', reason: 'misses' });
  });
});

describe('a pacer', () => {
  const begin = (mode: 'lockstep' | 'realtime' | 'unpaced', times: readonly number[]): [readonly number[], number] => {
    const pacer = new Pacer(mode, 50);
    for (const time of times) pacer.begin(time);
    return [pacer.lateness, pacer.next];
  };

  it('[M5] lockstep makes good a timer that is a little late, and lets a real delay go', () => {
    expect(begin('lockstep', [1000, 1053])).toEqual([[0, 3], 1100]);
    expect(begin('lockstep', [1000, 1080])).toEqual([[0, 30], 1130]);
  });

  it('[M6] realtime catches up a delay of up to a tick, and lets a longer one go', () => {
    expect(begin('realtime', [1000, 1090])).toEqual([[0, 40], 1100]);
    expect(begin('realtime', [1000, 3000])).toEqual([[0, 1950], 3050]);
  });

  it('[M7] unpaced waits for nothing and measures nothing', () => {
    expect(begin('unpaced', [5, 6])).toEqual([[], -Infinity]);
  });
});

describe('a flood gate', () => {
  it('[M30] lets a burst of one second and then the rate pass, and what was granted besides', () => {
    const gate = new FloodGate(100, 0);
    const burst = (now: number): number => {
      let passed = 0;
      while (gate.pass(now)) passed += 1;
      return passed;
    };
    expect(burst(0)).toBe(100);
    expect(burst(500)).toBe(50);
    gate.grant();
    expect(burst(500)).toBe(1);
    expect(burst(60_000)).toBe(100);
    for (let i = 0; i < 1000; i++) gate.grant();
    expect(burst(60_000)).toBe(200);
  });
});

describe('a seat connection', () => {
  it('[M24] answers until something that it was sent has waited for two seconds', () => {
    const connection = new SeatConnection(0, 'blue-1', new FakeWire('gauntlet.v1.json'), 0);
    expect(connection.answers(60_000)).toBe(true);
    connection.send('{"type":"ping"}', 1000);
    connection.send('{"type":"ping"}', 2500);
    expect(connection.answers(2999)).toBe(true);
    expect(connection.answers(3000)).toBe(false);
    connection.received(3100);
    expect(connection.answers(9000)).toBe(true);
  });
});

describe('a gate', () => {
  it('asks again when poked and when the time it was told has come, and once it is open no more', async () => {
    const clock = new ManualClock();
    const gate = new Gate(clock);
    const asked: number[] = [];
    let open = false;
    const wait = gate.wait(() => {
      asked.push(clock.now());
      return open ? null : clock.now() < 100 ? 100 : 200;
    });
    await clock.advance(50);
    gate.poke();
    await clock.advance(100);
    open = true;
    gate.poke();
    await wait;
    gate.poke();
    await clock.advance(500);
    expect(asked).toEqual([0, 50, 100, 150]);
    expect(clock.timers).toBe(0);
  });

  it('rejects with what the check throws, and leaves no timer', async () => {
    const clock = new ManualClock();
    const gate = new Gate(clock);
    const wait = gate.wait(() => {
      if (clock.now() > 10) throw new Error('stopped');
      return 20;
    });
    const rejected = expect(wait).rejects.toThrow('stopped');
    await clock.advance(20);
    await rejected;
    await settle();
    expect(clock.timers).toBe(0);
  });
});

describe('the system clock', () => {
  it('never calls before the time, and not at all when cancelled', async () => {
    const start = systemClock.now();
    const early: number[] = [];
    let cancelled = true;
    const cancel = [0, 1, 5].map((ms) => systemClock.at(start + ms, () => (cancelled = false)));
    for (const each of cancel) each();
    await Promise.all(
      [-5, 0, 0.5, 1.5, 3, 8, 20].map(
        (ms) =>
          new Promise<void>((resolve) =>
            systemClock.at(start + ms, () => (early.push(start + ms - systemClock.now()), resolve())),
          ),
      ),
    );
    expect(Math.max(...early)).toBeLessThanOrEqual(0);
    expect(cancelled).toBe(true);
  });
});

describe('percentiles', () => {
  it('are nearest-rank', () => {
    // The example of NIST's and Wikipedia's nearest-rank definition.
    const values = [50, 15, 40, 20, 35];
    expect([5, 30, 40, 50, 100].map((p) => percentile(values, p))).toEqual([15, 20, 20, 35, 50]);
    expect(percentile([], 99)).toBe(0);
  });
});
