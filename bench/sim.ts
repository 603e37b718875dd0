import RAPIER from '@dimforge/rapier3d-compat';
import { requireScenario } from '../server/match/scenario-resource.ts';
import { createWorld, loadPhysics, steadyDriver, SUBSTEP_SECONDS, SUBSTEPS, type World } from '@gauntlet/sim';
import { median, type BenchResult } from './result.ts';

const SCENARIO = 'highway-cut-in-v1';
/** Compiled code takes some two thousand ticks to settle; these rounds are not counted. */
const WARM_ROUNDS = 12;
const ROUNDS = 15;
const TICKS = 200;

/**
 * A full tick (drivers, forces, physics, sensors, scores, frame, hash) of the highway scenario, beside two bare limits with as many
 * vehicles of the same size and mass in the same run, in alternating rounds:
 * - `tickVsRapier`: the same boxes, sliding over the ground: no wheels, no forces, no drivers;
 * - `tickVsRapierVehicles`: Rapier's own four-wheel vehicles (its ray-cast vehicle controller), without drivers.
 */
export async function simBench(): Promise<BenchResult> {
  await loadPhysics();
  const scenario = requireScenario(SCENARIO);
  const full: number[] = [];
  const vehicles: number[] = [];
  const boxes: number[] = [];
  let bodies = 0;
  for (let round = 1; round <= WARM_ROUNDS + ROUNDS; round++) {
    const world = createWorld(scenario, {}, String(round));
    const { perTick, count } = fullTick(world);
    const bareVehicles = bareTick(world, true);
    const bareBoxes = bareTick(world, false);
    world.free();
    if (round <= WARM_ROUNDS) continue;
    full.push(perTick);
    vehicles.push(bareVehicles);
    boxes.push(bareBoxes);
    bodies += count / ROUNDS;
  }
  const [a, b, c] = [median(full), median(vehicles), median(boxes)];
  return {
    ratios: { tickVsRapier: a / c, tickVsRapierVehicles: a / b },
    figures: {
      vehicles: bodies,
      fullTickMicroseconds: a,
      rapierVehiclesMicroseconds: b,
      rapierBoxesMicroseconds: c,
      realTimeFactor: 50_000 / a,
    },
  };
}

/** Mean time of a step, us, and the mean number of vehicles. The drivers' decisions are not counted: they are agents' work. */
function fullTick(world: World): { perTick: number; count: number } {
  let last = world.look();
  let spent = 0;
  let count = 0;
  for (let i = 0; i < TICKS; i++) {
    const actions = last.observations.map((observation) => observation && steadyDriver(observation));
    const start = performance.now();
    last = world.step(actions);
    spent += performance.now() - start;
    count += last.frame.entities.length;
  }
  return { perTick: (spent * 1000) / TICKS, count: count / TICKS };
}

/** Mean time of a tick's substeps in a Rapier world with the vehicles that the other world has now, us. */
function bareTick(like: World, wheels: boolean): number {
  const world = new RAPIER.World({ x: 0, y: 0, z: -9.81 });
  world.timestep = SUBSTEP_SECONDS;
  const ground = world.createRigidBody(RAPIER.RigidBodyDesc.fixed().setTranslation(0, 0, -1));
  world.createCollider(RAPIER.ColliderDesc.cuboid(5000, 5000, 1).setFriction(0.1), ground);
  const poses = new Map(like.look().frame.entities.map((entity) => [entity.id, entity]));
  const controllers = like.entities().map(({ id, length, width, height, frontAxle, rearAxle, wheelRadius }) => {
    const { x, y, yaw, speed } = poses.get(id)!;
    const lift = wheels ? 0.3 : 0;
    const body = world.createRigidBody(
      RAPIER.RigidBodyDesc.dynamic()
        .setCanSleep(false)
        .setTranslation(x, y, height / 2 + lift)
        .setRotation({ x: 0, y: 0, z: Math.sin(yaw / 2), w: Math.cos(yaw / 2) })
        .setLinvel(speed * Math.cos(yaw), speed * Math.sin(yaw), 0),
    );
    world.createCollider(RAPIER.ColliderDesc.cuboid(length / 2, width / 2, height / 2 - lift / 2).setMass(1600), body);
    if (!wheels) return null;
    const controller = world.createVehicleController(body);
    controller.indexUpAxis = 2;
    controller.setIndexForwardAxis = 0;
    for (const [axle, side] of [
      [frontAxle, 1],
      [frontAxle, -1],
      [-rearAxle, 1],
      [-rearAxle, -1],
    ] as const) {
      controller.addWheel(
        { x: axle, y: (side * width) / 2, z: -height / 2 + 0.3 },
        { x: 0, y: 0, z: -1 },
        { x: 0, y: 1, z: 0 },
        0.3,
        wheelRadius,
      );
    }
    for (let i = 0; i < 4; i++) controller.setWheelEngineForce(i, 300);
    return controller;
  });
  const start = performance.now();
  for (let i = 0; i < TICKS * SUBSTEPS; i++) {
    for (const controller of controllers) controller?.updateVehicle(SUBSTEP_SECONDS);
    world.step();
  }
  const spent = performance.now() - start;
  world.free();
  return (spent * 1000) / TICKS;
}
