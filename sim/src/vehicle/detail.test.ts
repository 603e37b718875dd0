import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadPhysics, Physics } from '../physics/rapier.ts';
import { DetailPolicy } from './detail.ts';
import { BUS, CAR, type VehicleSpec } from './spec.ts';
import { levelGround, SUBSTEP } from './testing/test-drive.ts';
import { TrafficVehicle } from './traffic-vehicle.ts';

const GROUND = levelGround(0.8);
const NOBODY: ReadonlySet<number> = new Set();

beforeAll(loadPhysics);

describe('level of detail', () => {
  let physics: Physics;
  let policy: DetailPolicy;
  let nextId = 1;

  beforeEach(() => {
    physics = new Physics(SUBSTEP);
    policy = new DetailPolicy();
    nextId = 1;
  });
  afterEach(() => physics.free());

  function add(
    x: number,
    y = 0,
    { rigid = false, spec = CAR as VehicleSpec, heading = 0, z = 0, speed = 0 } = {},
  ): TrafficVehicle {
    const ground = z === 0 ? GROUND : { ...GROUND, height: () => z };
    return new TrafficVehicle(physics, nextId++, spec, { x, y, heading, speed }, ground, rigid);
  }

  it('makes vehicles rigid within 110 m of a seat, kinematic beyond 140 m, and leaves them as they are between', () => {
    const seat = { x: 0, y: 0 };
    const distances = [80, 109, 111, 125, 139, 141, 400];
    // All around it, so that none touches another.
    const around = (distance: number, i: number, rigid: boolean): TrafficVehicle =>
      add(distance * Math.cos(0.9 * i), distance * Math.sin(0.9 * i), { rigid });
    const [kinematic, bodies] = [false, true].map((rigid) =>
      distances.map((distance, i) => around(distance, rigid ? i + 0.4 : i, rigid)),
    ) as [TrafficVehicle[], TrafficVehicle[]];
    for (let i = 0; i < 3; i++) policy.update([...kinematic, ...bodies], [seat], NOBODY);
    expect(distances.filter((_, i) => kinematic[i]?.rigid)).toEqual([80, 109]);
    expect(distances.filter((_, i) => bodies[i]?.rigid)).toEqual([80, 109, 111, 125, 139]);
    const wanted = kinematic.map(({ state }) => policy.wantsRigid(state.x, state.y, [seat]));
    expect(distances.filter((_, i) => wanted[i])).toEqual([80, 109]);
  });

  it('goes by the nearest of several seats, and without seats makes all kinematic', () => {
    const vehicles = [add(0), add(300), add(600)];
    policy.update(
      vehicles,
      [
        { x: 280, y: 20 },
        { x: 610, y: 0 },
      ],
      NOBODY,
    );
    expect(vehicles.map(({ rigid }) => rigid)).toEqual([false, true, true]);
    policy.update(vehicles, [], NOBODY);
    expect(vehicles.map(({ rigid }) => rigid)).toEqual([false, false, false]);
    expect(policy.wantsRigid(0, 0, [])).toBe(false);
  });

  it('never touches a seat’s own vehicle', () => {
    const own = add(500, 0, { rigid: true });
    policy.update([own], [], new Set([own.id]));
    expect(own.rigid).toBe(true);
  });

  it('does not flicker: one that drives to and fro across either limit changes once each way', () => {
    const vehicle = add(100, 0, { speed: 10 });
    let changes = 0;
    let before = vehicle.rigid;
    const seat = { x: 0, y: 0 };
    for (let i = 0; i < 1200; i++) {
      seat.x = vehicle.state.x - (125 + 20 * Math.sin(i / 100) + 3 * Math.sin(i));
      policy.update([vehicle], [seat], NOBODY);
      if (vehicle.rigid !== before) changes++;
      before = vehicle.rigid;
    }
    // Two slow swings, each from beyond 140 m to within 110 m and back.
    expect(changes).toBeGreaterThanOrEqual(3);
    expect(changes).toBeLessThanOrEqual(5);
  });

  it('makes two that run into each other rigid wherever they are, so that they collide, and lets them go once they are apart', () => {
    const a = add(0, 0, { speed: 12 });
    const b = add(20, 0.4);
    const c = add(0, 40, { spec: BUS });
    const vehicles = [a, b, c];
    let contacts = 0;
    let deepest = 0;
    for (let tick = 0; tick < 200; tick++) {
      policy.update(vehicles, [], NOBODY);
      for (let i = 0; i < 3; i++) {
        for (const vehicle of vehicles) vehicle.applyForces(SUBSTEP);
        physics.step();
        for (const vehicle of vehicles) vehicle.refresh(SUBSTEP);
        contacts += physics.contacts().length;
      }
      for (const vehicle of vehicles) vehicle.advance(0.05);
      deepest = Math.max(deepest, a.state.x + CAR.length - b.state.x);
      expect(c.rigid).toBe(false);
    }
    expect(contacts).toBeGreaterThan(0);
    expect(deepest).toBeLessThan(0.8);
    expect(b.state.x).toBeGreaterThan(25);
    // They have rolled apart, and each goes its way.
    expect(b.state.x - a.state.x).toBeGreaterThan(CAR.length);
  });

  it('takes boxes that lie askew as they are, and those on a bridge for no contact', () => {
    const rigid = (...vehicles: TrafficVehicle[]): boolean[] => {
      policy.update(vehicles, [], NOBODY);
      const kinds = vehicles.map((vehicle) => vehicle.rigid);
      for (const vehicle of vehicles) vehicle.remove();
      return kinds;
    };
    // Corner to side: the circles around the boxes overlap, the boxes do not.
    expect(rigid(add(0), add(4, 3, { heading: Math.PI / 4 }))).toEqual([false, false]);
    expect(rigid(add(0), add(3.5, 2.6, { heading: Math.PI / 4 }))).toEqual([true, true]);
    expect(rigid(add(0), add(1, 0.5, { z: 6 }))).toEqual([false, false]);
    // Side by side in their lanes.
    expect(rigid(add(0), add(0, 3.5), add(0, -3.5, { heading: Math.PI }))).toEqual([false, false, false]);
    // A rigid one stays so until half a metre lies between.
    expect(rigid(add(0, 0, { rigid: true }), add(5.1, 0, { rigid: true }))).toEqual([true, true]);
    expect(rigid(add(0, 0, { rigid: true }), add(5.3, 0, { rigid: true }))).toEqual([false, false]);
  });
});
