import { defineAgent, pathAhead, pedals, purePursuit } from '@gauntlet/agents-sdk';

export default defineAgent(({ body }) => (observation) => {
  const path = pathAhead(observation);
  const { speed } = observation.self;
  const wanted = Math.min(path[0]?.speedLimit ?? 0, 8);
  const { throttle, brake } = pedals(wanted - speed, body);
  return { steering: purePursuit(path, speed, body), throttle, brake, gear: 'forward' };
});
