import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GauntletError, type SeatId } from '@gauntlet/agents-sdk/protocol';
import type { Logger } from 'pino';
import { AgentSocket } from '../gateway/agent-socket.ts';
import { DEFAULT_GATEWAY_LIMITS } from '../gateway/limits.ts';
import { Metrics } from '../gateway/metrics.ts';
import type { MatchHandle, MatchHost, MatchResult, MatchSpec, RunningAgent, Sandbox } from '../match/interfaces.ts';
import { SeatTokens } from './tokens.ts';

export interface ProgramMatch {
  readonly spec: MatchSpec;
  /** AGENT of each seat, in order. */
  readonly programs: readonly { readonly seat: SeatId; readonly agent: string; readonly outputFile: string | null }[];
  readonly host: MatchHost;
  readonly sandbox: Sandbox;
  readonly logger: Logger;
  readonly onTick?: (tick: number) => void;
  /** A program ended before the match did. */
  readonly onExit?: (seat: SeatId, how: string, lastOutput: string) => void;
  readonly signal: AbortSignal;
}

/**
 * One match between programs that are started for it, over real sockets on a loopback port of its own: what the served arena does,
 * without its database and pages.
 * @throws GauntletError when a program cannot be started.
 */
export async function playWithPrograms({
  spec,
  programs,
  host,
  sandbox,
  logger,
  onTick,
  onExit,
  signal,
}: ProgramMatch): Promise<MatchResult> {
  const tokens = new SeatTokens();
  let match: MatchHandle | null = null;
  const door = new AgentSocket({
    arena: {
      seatFor: async ({ token }) => {
        const seat = tokens.find(token);
        if (!seat || !match) throw new GauntletError('invalid-token', 'the token is of no seat of this match');
        return { match, seat: seat.seat };
      },
    },
    logger,
    metrics: new Metrics(),
    limits: DEFAULT_GATEWAY_LIMITS,
  });
  const server = createServer((_, response) => response.writeHead(404).end());
  server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/agent`;
  const running: RunningAgent[] = [];
  try {
    const handle = host.start(spec);
    match = handle;
    const stop = (): void => handle.stop('stopped');
    signal.addEventListener('abort', stop, { once: true });
    if (onTick) handle.subscribe({ scene: () => {}, frame: onTick, status: () => {} });
    // All of them, so that none that starts late is left running when another one fails.
    const starts = await Promise.allSettled(
      programs.map(async ({ seat, agent, outputFile }) => {
        const program = await sandbox.start({ agent, url, token: tokens.issue(spec.id, seat), outputFile });
        running.push(program);
        void program.exited.then(({ code, signal: killed, lastOutput = '' }) => {
          const how = killed ?? `exit-${code}`;
          if (handle.status !== 'ended') onExit?.(seat, how, lastOutput);
          handle.agentExited(seat, how);
        });
      }),
    );
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed) {
      handle.stop('start-failed');
      await handle.result;
      throw failed.reason;
    }
    const result = await handle.result;
    signal.removeEventListener('abort', stop);
    return result;
  } finally {
    await Promise.all(running.map((program) => program.stop()));
    await door.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
