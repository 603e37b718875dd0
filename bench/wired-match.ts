import { SUBPROTOCOLS, type AgentMessage } from '@gauntlet/agents-sdk/protocol';
import { decodeArenaMessage, encodeAgentMessage } from '@gauntlet/agents-sdk/protocol/codec';
import { steadyDriver } from '@gauntlet/sim';
import type { Attachment, MatchHandle, MatchHost, MatchResult, MatchSpec } from '../server/match/interfaces.ts';
import { requireScenario } from '../server/match/scenario-resource.ts';

/** Plays a match on a host; every seat is answered in this process, by `steadyDriver` over the real protocol, without sockets. */
export function playWired(host: MatchHost, spec: MatchSpec): Promise<MatchResult> {
  const match = host.start(spec);
  for (const { seat } of requireScenario(spec.scenario).seats) attach(match, seat);
  return match.result;
}

function attach(match: MatchHandle, seat: Parameters<MatchHandle['attach']>[0]): void {
  let attachment: Attachment | null = null;
  const answer = (message: AgentMessage): void => {
    const bytes = encodeAgentMessage(message, SUBPROTOCOLS[0]);
    attachment?.receive(typeof bytes === 'string' ? bytes : new Uint8Array(bytes));
  };
  attachment = match.attach(seat, {
    subprotocol: SUBPROTOCOLS[0],
    close: () => attachment?.closed(),
    send(data) {
      const message = decodeArenaMessage(data, SUBPROTOCOLS[0]);
      if (message.type === 'welcome') answer({ type: 'ready' });
      else if (message.type === 'ping')
        answer({ type: 'pong', id: message.id, t1: performance.now(), t2: performance.now() });
      else if (message.type === 'observation') {
        const { tick } = message.observation;
        answer({ type: 'action', tick, action: steadyDriver(message.observation) });
      }
    },
  });
}
