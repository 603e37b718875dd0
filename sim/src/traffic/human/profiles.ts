import type { DriverParameters } from '../../scenario.ts';

/**
 * Four tempers of human car drivers. The ranges are those of the sources: desired time gaps of 0.8..2 s and accelerations of
 * 0.8..2.5 m/s2 (Treiber, Kesting, Traffic Flow Dynamics, 2013, table 11.2), reaction times of 0.5..1.2 s, gap errors of about 5 %,
 * errors of the inverse time to collision of about 0.01 /s, persistence 20 s, up to five vehicles anticipated (Treiber, Kesting,
 * Helbing 2006), politeness 0..0.5, threshold 0.1..0.2, bias 0.3, safe braking 2..4 m/s2 (Kesting, Treiber, Helbing 2007; movsim).
 * Glances of 1..2.5 s, and which value each temper takes within its range, are own choices.
 */
export const PROFILES = {
  /** Keeps its distance, looks far ahead, lets others in. */
  calm: {
    speedFactor: 0.97,
    headway: 1.5,
    minGap: 2,
    acceleration: 1.3,
    braking: 1.8,
    criticalGap: 4.5,
    laneChange: { politeness: 0.3, threshold: 0.2, bias: 0.3, safeBraking: 2.5 },
    human: {
      reaction: 0.7,
      gapError: 0.05,
      rateError: 0.01,
      persistence: 20,
      leaders: 3,
      glances: 20,
      glanceSeconds: 1,
    },
  },
  /** Fast, close, ruthless, attentive. */
  hurried: {
    speedFactor: 1.15,
    headway: 0.9,
    minGap: 1.5,
    acceleration: 2,
    braking: 3,
    criticalGap: 3.2,
    laneChange: { politeness: 0, threshold: 0.1, bias: 0.1, safeBraking: 4 },
    human: {
      reaction: 0.5,
      gapError: 0.05,
      rateError: 0.01,
      persistence: 20,
      leaders: 4,
      glances: 15,
      glanceSeconds: 0.8,
    },
  },
  /** Sees late and inexactly only the one ahead, and often looks elsewhere. */
  distracted: {
    speedFactor: 1,
    headway: 1.4,
    minGap: 2,
    acceleration: 1.3,
    braking: 2.2,
    criticalGap: 4.2,
    laneChange: { politeness: 0.1, threshold: 0.3, bias: 0.3, safeBraking: 3 },
    human: {
      reaction: 0.9,
      gapError: 0.1,
      rateError: 0.02,
      persistence: 20,
      leaders: 1,
      glances: 150,
      glanceSeconds: 2.2,
    },
  },
  /** Slow, far behind, waits for large gaps, hardly ever changes lane. */
  timid: {
    speedFactor: 0.86,
    headway: 2,
    minGap: 3,
    acceleration: 1,
    braking: 1.5,
    criticalGap: 6.5,
    laneChange: { politeness: 0.5, threshold: 0.4, bias: 0.5, safeBraking: 2 },
    human: {
      reaction: 0.9,
      gapError: 0.08,
      rateError: 0.015,
      persistence: 20,
      leaders: 2,
      glances: 5,
      glanceSeconds: 0.8,
    },
  },
} as const satisfies Readonly<Record<string, DriverParameters>>;

/** The name of a temper. */
export type Profile = keyof typeof PROFILES;
