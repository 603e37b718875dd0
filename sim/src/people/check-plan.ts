import type { PeoplePlan } from '../scenario.ts';

/** @throws RangeError that names the field of a plan of people that cannot be. */
export function checkPlan(plan: PeoplePlan): void {
  const fail = (field: string, expected: string, actual: unknown): never => {
    throw new RangeError(`people, ${field}: expected ${expected}, got ${String(actual)}`);
  };
  if (!(Number.isInteger(plan.count) && plan.count >= 0 && plan.count <= 5000))
    fail('count', 'a whole number of 0 to 5000', plan.count);
  for (const field of ['groups', 'jaywalkers'] as const)
    if (!(plan[field] >= 0 && plan[field] <= 1)) fail(field, 'a share of 0 to 1', plan[field]);
  plan.walkers.forEach(({ name, path, speed }, i) => {
    const where = `walkers[${i}]`;
    if (plan.walkers.findIndex((other) => other.name === name) !== i)
      fail(`${where}.name`, 'a name of its own', `${name} twice`);
    if (!(speed > 0 && speed <= 12)) fail(`${where}.speed`, 'more than 0 and up to 12 m/s', speed);
    if (path.length < 4 || path.length % 2 !== 0 || !path.every((value) => Number.isFinite(value)))
      fail(`${where}.path`, 'two or more points of two finite numbers', `[${path.join(', ')}]`);
    if (!path.some((value, k) => k >= 2 && Math.abs(value - (path[k % 2] as number)) > 0.1))
      fail(`${where}.path`, 'points apart from one another', `[${path.join(', ')}]`);
  });
}
