import { createWorld, loadPhysics } from '@gauntlet/sim';
import { SCENARIOS } from '../scenarios/index.ts';
import laneKeeper from './agents/lane-keeper.ts';
import cautious from './agents/cautious.ts';
const A = { k: laneKeeper, c: cautious };
await loadPhysics();
const [only, combos = 'kc,ck', seeds = '1,2,3,4,5', params = '{}', verbose] = process.argv.slice(2);
for (const scenario of SCENARIOS) {
  if (only && only !== 'all' && !scenario.id.startsWith(only)) continue;
  for (const combo of combos.split(',')) for (const seed of seeds.split(',')) {
    const world = createWorld(scenario, JSON.parse(params), seed);
    const acts = world.seats.map((s, i) => {
      const briefing = { scenario: scenario.id, title: '', goal: '', clock: 'lockstep', seat: s.seat, team: s.team, body: s.body, sensors: [...s.sensors], map: world.map, route: { lanes: [...s.route.lanes], length: s.route.length }, rules: {} } as never;
      const act = A[combo[i] as 'k'](briefing);
      return (o: never) => act(o, { briefing, deadlineMs: 1, bankMs: 1, clock: null, arenaNow: () => null });
    });
    let r = world.look(); let actMs = 0, actN = 0; const log: string[] = []; const minV = world.seats.map(() => 99), maxOff = world.seats.map(() => 0);
    let maxLatA = world.seats.map(() => 0), hard = world.seats.map(() => 0);
    while (!world.done) {
      const t = performance.now();
      const actions = r.observations.map((o, i) => { if (!o) return null; actN++; minV[i] = Math.min(minV[i]!, o.self.speed); maxOff[i] = Math.max(maxOff[i]!, Math.abs(o.route.offset)); maxLatA[i] = Math.max(maxLatA[i]!, Math.abs(o.self.acceleration[1])); if (o.self.acceleration[0] < -5) hard[i]!++; const a = acts[i]!(o as never) as never as { brake: number, throttle: number, steering: number };
        if (verbose === String(i) && (o.tick % 10 === 0 || a.brake > 0.3)) console.log(o.tick, 'v', o.self.speed.toFixed(2), 'off', o.route.offset.toFixed(2), 'prog', o.route.progress.toFixed(1), 'y', o.route.yieldAhead?.toFixed(1), 'st', a.steering.toFixed(3), 'th', a.throttle.toFixed(2), 'br', a.brake.toFixed(2), 'ax', o.self.acceleration[0].toFixed(2), 'near', (o.sensors['objects'] as any).objects.slice(0, 3).map((x: any) => `${x.position[0].toFixed(0)},${x.position[1].toFixed(0)}@${x.velocity[0].toFixed(1)}`).join(' '));
        return a; }) as never;
      actMs += performance.now() - t;
      r = world.step(actions);
      for (const e of r.events) if (e.kind === 'collision') log.push(`${e.tick}:${e.kind} ${e.seat} ${e.infraction} ${e.text} ${JSON.stringify(e.data)}`);
    }
    console.log(scenario.id, combo, 'seed', seed, 'ticks', r.tick, world.scores().map((s, i) => `${s.seat} ${s.score.toFixed(1)} ${s.outcome}/${s.reason} ${JSON.stringify(s.infractions)} off ${maxOff[i]!.toFixed(2)} lat ${maxLatA[i]!.toFixed(1)} hard ${hard[i]} ${JSON.stringify(Object.fromEntries(Object.entries(s.metrics).map(([k, v]) => [k, +v.toFixed(2)])))}`).join(' | '), 'act us', (actMs / actN * 1000).toFixed(0), log.join('; '), r.hash.slice(0, 8));
    world.free();
  }
}
