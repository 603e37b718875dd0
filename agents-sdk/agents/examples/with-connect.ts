import { connect } from '@gauntlet/agents-sdk';

const [url = 'ws://localhost:8080/agent', token = ''] = process.argv.slice(2);
const end = await connect({
  url,
  token,
  act: ({ self }) => ({ steering: 0, throttle: self.speed < 5 ? 0.3 : 0, brake: 0, gear: 'forward' }),
});
console.log(end.outcome, end.scores);
