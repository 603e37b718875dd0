// The clients of the net benchmark, in a process of their own: they answer every observation with the same action.
import { SUBPROTOCOLS } from '@gauntlet/agents-sdk/protocol';
import { pack, unpack } from '@gauntlet/agents-sdk/protocol/codec';
import WebSocket from 'ws';
import { SEATS } from './still-world.ts';

const [mode, port, matches, ticks] = [
  process.argv[2],
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
];
const action = { steering: 0.01, throttle: 0.3, brake: 0, gear: 'forward' };

/** Plays one seat to the end; calls back once at the tick from which on is measured. */
function play(token: string, warm: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/agent`, mode === 'bare' ? [] : [SUBPROTOCOLS[0]], {
      perMessageDeflate: false,
    });
    let count = 0;
    const send = (message: unknown): void => socket.send(pack(message));
    socket.on('error', reject);
    socket.on('open', () => {
      if (mode === 'bare') send({ type: 'action', tick: 0, action });
      else send({ type: 'hello', token, sdk: { name: 'bench', version: '1' } });
    });
    socket.on('message', (data: Buffer) => {
      const message = unpack(data) as { type: string; id?: number; observation?: { tick: number } };
      if (message.type === 'welcome') send({ type: 'ready' });
      else if (message.type === 'ping') send({ type: 'pong', id: message.id, t1: 0, t2: 0 });
      else if (message.type === 'error') reject(new Error(JSON.stringify(message)));
      else if (message.type === 'observation') {
        count += 1;
        if (count === ticks / 2) warm();
        if (count === ticks) {
          resolve();
          return;
        }
        send({ type: 'action', tick: message.observation!.tick, action });
      }
    });
  });
}

let waiting = matches * SEATS;
const all: Promise<void>[] = [];
for (let match = 0; match < matches; match++) {
  for (let seat = 1; seat <= SEATS; seat++) {
    all.push(
      play(`${match}/${seat}`, () => {
        waiting -= 1;
        if (waiting === 0) process.send!('warm');
      }),
    );
  }
}
await Promise.all(all);
process.send!('done');
process.exit(0);
