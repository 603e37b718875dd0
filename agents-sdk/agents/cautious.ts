import { defineAgent } from '../src/index.ts';
import { driver } from './driver.ts';

/** A careful driver: below the limit, with twice the distance, and ready for whoever might pull out. */
export default defineAgent((briefing) =>
  driver(briefing, {
    idm: { headway: 2.2, minGap: 4, acceleration: 1.4, braking: 2 },
    plan: { limitShare: 0.85, lateral: 1.6, braking: 1.5, reaction: 0.6 },
    leader: { margin: 0.6, anticipation: 2 },
    timeGap: 3.2,
  }),
);
