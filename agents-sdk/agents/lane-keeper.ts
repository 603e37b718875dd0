import { defineAgent } from '../src/index.ts';
import { driver } from './driver.ts';

/** A brisk, attentive driver: at the speed limit, 1.2 s behind the car ahead. */
export default defineAgent((briefing) =>
  driver(briefing, {
    idm: { headway: 1.2, minGap: 2.5, acceleration: 2, braking: 2.5 },
    plan: { limitShare: 1, lateral: 2.5, braking: 2, reaction: 0.4 },
    leader: { margin: 0.35, anticipation: 1 },
    timeGap: 2,
  }),
);
