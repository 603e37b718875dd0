import type { SignalPlan } from '../scenario.ts';
import type { Site } from './site.ts';
import { conflicts, workOutStages } from './stages.ts';

/** How one controller switches: complete, in s. Stages list groups by their index in the site. */
export interface Program {
  readonly kind: 'fixed' | 'actuated';
  readonly stages: readonly (readonly number[])[];
  /** By stage: fixed, or the least of an actuated one. */
  readonly green: readonly number[];
  /** Of an actuated controller. */
  readonly maxGreen: number;
  /** By group. */
  readonly amber: readonly number[];
  /** Instead of the clearance times of the site, or null. */
  readonly allRed: number | null;
  readonly offset: number;
}

/** s: the shortest green that people and vehicles can be shown (RiLSA 2015, 2.6). */
export const LEAST_GREEN = 5;
/** s, own choices: greens of programs that no plan gives, and the red of signals that conflict with nothing. */
const FIXED_GREEN = 20;
const ACTUATED_GREEN = 8;
const MAX_GREEN = 40;
const EMPTY_STAGE = 10;

/** The program of a site without a plan: actuated. */
export function ownProgram(site: Site): Program {
  return complete(site, { junction: site.junction ?? 0, kind: 'actuated' }, workOutStages(site));
}

/** @throws RangeError that names the junction and the field of a plan that cannot be. */
export function plannedProgram(site: Site, plan: SignalPlan): Program {
  const fail = (field: string, expected: string, actual: unknown): never => {
    throw new RangeError(`signals of junction ${plan.junction}, ${field}: expected ${expected}, got ${String(actual)}`);
  };
  const within = (field: 'green' | 'maxGreen' | 'amber' | 'allRed' | 'offset', least: number): void => {
    const value = plan[field];
    if (value !== undefined && !(value >= least && value <= 3600)) fail(field, `${least} to 3600 s`, value);
  };
  if (site.trouble !== null) fail('plan', 'signals that a controller can run', site.trouble);
  within('green', LEAST_GREEN);
  within('maxGreen', plan.green ?? LEAST_GREEN);
  within('amber', 0);
  within('allRed', 0);
  within('offset', 0);
  if (plan.kind === 'actuated' && (plan.offset ?? 0) > 0)
    fail('offset', '0 for one without a fixed cycle', plan.offset);
  if (plan.kind === 'fixed' && plan.maxGreen !== undefined) fail('maxGreen', 'none for a fixed program', plan.maxGreen);
  if (!plan.stages) return complete(site, plan, workOutStages(site));

  if (plan.stages.length < 1) fail('stages', 'at least one', 'none');
  const known = site.groups.map(({ group }) => group);
  const stages = plan.stages.map((stage, k) =>
    stage.map((group) => {
      const index = known.indexOf(group);
      return index >= 0 ? index : fail(`stages[${k}]`, `groups of ${known.join(', ')}`, group);
    }),
  );
  stages.forEach((stage, k) => {
    for (const a of stage) {
      const b = stage.find((other) => conflicts(site, a, other));
      if (b !== undefined) fail(`stages[${k}]`, 'groups that do not conflict', `groups ${known[a]} and ${known[b]}`);
    }
  });
  const never = known.find((_, i) => !stages.some((stage) => stage.includes(i)));
  if (never !== undefined) fail('stages', `group ${never} in one of them`, 'none with it');
  return complete(site, plan, stages);
}

function complete(site: Site, plan: SignalPlan, stages: readonly (readonly number[])[]): Program {
  const { kind } = plan;
  const green = plan.green ?? (kind === 'fixed' ? FIXED_GREEN : ACTUATED_GREEN);
  return {
    kind,
    stages,
    green: stages.map((stage) => (stage.length > 0 ? green : EMPTY_STAGE)),
    maxGreen: Math.max(plan.maxGreen ?? MAX_GREEN, green),
    amber: site.groups.map(({ amber }) => (amber > 0 ? (plan.amber ?? amber) : 0)),
    allRed: plan.allRed ?? null,
    offset: plan.offset ?? 0,
  };
}
