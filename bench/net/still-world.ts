import { requireScenario } from '../../server/match/scenario-resource.ts';
import { createWorld, loadPhysics, steadyDriver, type StepResult, type World, type WorldSeat } from '@gauntlet/sim';

/** Seats of each match of this benchmark. */
export const SEATS = 12;

/**
 * A world in which nothing happens: each tick every seat is told the same real observation of the highway scenario. So a match of
 * it costs what the server costs, without the simulation.
 */
export async function stillWorlds(): Promise<(maxTicks: number) => World> {
  await loadPhysics();
  const real = createWorld(requireScenario('highway-cut-in-v1'), {}, '1');
  let last = real.look();
  for (let i = 0; i < 60; i++)
    last = real.step(last.observations.map((observation) => observation && steadyDriver(observation)));
  const { map, tickSeconds } = real;
  const entities = real.entities();
  const model = real.seats[0]!;
  real.free();
  const seats: WorldSeat[] = Array.from({ length: SEATS }, (_, i) => ({
    ...model,
    seat: `blue-${i + 1}`,
    entity: i + 1,
  }));
  const observation = last.observations[0]!;
  const frame = {
    ...last.frame,
    seats: seats.map(({ seat }) => ({ ...last.frame.seats[0]!, seat })),
    spawned: [],
    removed: [],
  };
  return (maxTicks) => {
    let tick = 0;
    const result = (): StepResult => ({
      tick,
      observations: seats.map(() => ({ ...observation, tick })),
      events: [],
      frame: { ...frame, tick },
      hash: '0'.repeat(64),
      done: tick >= maxTicks,
    });
    return {
      scenario: 'still-v1',
      behaviorVersion: 1,
      parameters: {},
      seed: '1',
      tickSeconds,
      maxTicks,
      map,
      seats,
      get tick() {
        return tick;
      },
      get done() {
        return tick >= maxTicks;
      },
      look: result,
      step() {
        tick += 1;
        return result();
      },
      retire() {},
      hash: () => '0'.repeat(64),
      keyframe: () => new Uint8Array(0),
      restore() {},
      entities: () => entities,
      scores: () =>
        seats.map(({ seat }) => ({ seat, score: 0, outcome: null, reason: '', metrics: {}, infractions: {} })),
      free() {},
    };
  };
}
