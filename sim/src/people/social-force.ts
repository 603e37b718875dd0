import { atan2, exp, hypot, wrapAngle } from '../math.ts';

/**
 * The social force model (Helbing and Molnar 1995) with the interaction law of Moussaid et al. 2009, "Experimental study of the
 * behavioural mechanisms underlying self-organization in human crowds"; constants as in PySocialForce. Metres, seconds.
 */
export const RELAXATION = 0.5;
/** How much faster than wanted anybody walks. */
export const MAX_SPEED = 1.3;
/** m: how far a body reaches when walls and vehicles are kept away from; half of what two bodies need beside one another. */
export const RADIUS = 0.35;
export const BODY = 0.25;

const FACTOR = 5.1;
const LAMBDA = 2;
const GAMMA = 0.35;
const N = 2;
const N_PRIME = 3;
/** Moussaid et al. 2009: people evade to one side rather; B times this, rad. */
const SIDE = 0.005;
/** m beyond which nobody is heeded; decay lengths beyond which the force is below 2 cm/s2. */
export const SIGHT = 5;
const NEGLIGIBLE = 5.5;

const OBSTACLE_FACTOR = 10;
const OBSTACLE_SIGMA = 0.2;

/** PySocialForce: cohesion of groups; spreads over a metre from where it sets in. */
const COHESION = 3;
/** Own choices: m/s2 that one slows down or speeds up for each m that the others of its group are behind or ahead. */
const GAZE = 0.9;

export interface Force {
  x: number;
  y: number;
}

/**
 * Adds the force of another person on somebody, m/s2.
 * @param dx m from the other to oneself. @param vx m/s of the other relative to oneself. @param evade 1: to the left, -1: to the right.
 */
export function addInteraction(dx: number, dy: number, vx: number, vy: number, evade: 1 | -1, out: Force): void {
  const distance = hypot(dx, dy);
  if (distance < 1e-9) return;
  const ex = dx / distance;
  const ey = dy / distance;
  const ix = LAMBDA * vx + ex;
  const iy = LAMBDA * vy + ey;
  const strength = hypot(ix, iy);
  if (strength < 1e-9) return;
  const b = GAMMA * strength;
  if (distance > NEGLIGIBLE * b) return;
  const tx = ix / strength;
  const ty = iy / strength;
  const theta = wrapAngle(atan2(ty, tx) - atan2(ey, ex)) + evade * SIDE * b;
  const decay = -distance / b;
  const slow = N_PRIME * b * theta;
  const turn = N * b * theta;
  const along = FACTOR * exp(decay - slow * slow);
  const across = (theta > 0 ? -FACTOR : FACTOR) * exp(decay - turn * turn);
  out.x += along * tx - across * ty;
  out.y += along * ty + across * tx;
}

/** m/s2 away from an obstacle whose surface is `distance` m from the middle of somebody. */
export function obstacleForce(distance: number, radius: number): number {
  return OBSTACLE_FACTOR * exp(Math.min(1, -(distance - radius) / OBSTACLE_SIGMA));
}

/**
 * Adds what keeps a group together, m/s2.
 * @param dx m to the middle of the others. @param ux direction that one wants to go. @param size of the group.
 * @param most m/s2 by which it may slow down: nobody walks backwards for the others.
 */
export function addGroup(dx: number, dy: number, ux: number, uy: number, size: number, most: number, out: Force): void {
  const distance = hypot(dx, dy);
  if (distance < 1e-9) return;
  // tanh(distance - (size - 1) / 2), as the cohesion of PySocialForce sets in.
  const soft = exp(2 * (distance - (size - 1) / 2));
  const pull = (COHESION * soft) / (soft + 1) / distance;
  const along = dx * ux + dy * uy;
  // Cohesion works sideways; along the way the gaze takes its place, which lets nobody turn round.
  out.x += pull * (dx - along * ux);
  out.y += pull * (dy - along * uy);
  const gaze = Math.max(-most, Math.min(1, GAZE * along));
  out.x += gaze * ux;
  out.y += gaze * uy;
}
