import type { Frame, FrameEntity } from '@gauntlet/agents-sdk/protocol';

/** Longest time that a pose is carried on beyond the last frame, s. Longer would show what never happened. */
export const MAX_EXTRAPOLATION = 0.15;

/** The angle at share `t` of the shorter way from `a` to `b`, rad, in (-pi, pi]. */
export function mixAngle(a: number, b: number, t: number): number {
  return wrapAngle(a + wrapAngle(b - a) * t);
}

/** The same angle in (-pi, pi]. */
export function wrapAngle(angle: number): number {
  const turn = 2 * Math.PI;
  const wrapped = angle - turn * Math.round(angle / turn);
  return wrapped <= -Math.PI ? wrapped + turn : wrapped;
}

/**
 * Entities at share `t` (0..1) of the way between two frames. An entity that `after` lacks stays until then,
 * one that `before` lacks is not there yet. Lights belong to the earlier frame.
 */
export function interpolate(before: Frame, after: Frame, t: number): FrameEntity[] {
  const next = new Map(after.entities.map((entity) => [entity.id, entity]));
  return before.entities.map((a) => {
    const b = next.get(a.id);
    if (!b) return a;
    return {
      id: a.id,
      x: a.x + (b.x - a.x) * t,
      y: a.y + (b.y - a.y) * t,
      z: a.z + (b.z - a.z) * t,
      yaw: mixAngle(a.yaw, b.yaw, t),
      pitch: mixAngle(a.pitch, b.pitch, t),
      roll: mixAngle(a.roll, b.roll, t),
      speed: a.speed + (b.speed - a.speed) * t,
      steering: a.steering + (b.steering - a.steering) * t,
      lights: a.lights,
    };
  });
}

/** Entities `seconds` after a frame, carried straight on at their speed for at most `MAX_EXTRAPOLATION`. */
export function extrapolate(frame: Frame, seconds: number): FrameEntity[] {
  const ahead = Math.max(0, Math.min(MAX_EXTRAPOLATION, seconds));
  if (ahead === 0) return frame.entities;
  return frame.entities.map((entity) => ({
    ...entity,
    x: entity.x + entity.speed * Math.cos(entity.yaw) * ahead,
    y: entity.y + entity.speed * Math.sin(entity.yaw) * ahead,
  }));
}
