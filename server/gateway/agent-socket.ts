import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GauntletError, MAX_AGENT_MESSAGE_BYTES, SUBPROTOCOLS, type Subprotocol } from '@gauntlet/agents-sdk/protocol';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { AgentConnection, AgentWebSocket } from './agent-connection.ts';
import type { Arena } from './arena.ts';
import { errorBody, statusOf } from './errors.ts';
import type { GatewayLimits } from './limits.ts';
import type { Metrics } from './metrics.ts';

export interface AgentSocketOptions {
  readonly arena: Pick<Arena, 'seatFor'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits: GatewayLimits;
}

/** Where agents connect: plain WebSockets, so that any language can play. */
export class AgentSocket {
  readonly #options: AgentSocketOptions;
  readonly #connections = new Set<AgentConnection>();
  /** Connections without a seat, by address. */
  readonly #strangers = new Map<string, number>();
  #strangerCount = 0;
  readonly #heartbeat: NodeJS.Timeout;
  // `ws` sets TCP_NODELAY. Compression would cost more processor time than the bytes are worth, and memory for every connection.
  readonly #server = new WebSocketServer<typeof AgentWebSocket>({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_AGENT_MESSAGE_BYTES,
    WebSocket: AgentWebSocket,
    handleProtocols: (offered) => choose(offered) ?? false,
  });
  #closing = false;

  constructor(options: AgentSocketOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => {
      for (const connection of this.#connections) connection.heartbeat();
    }, options.limits.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** Takes over a request for a WebSocket, or answers it with an HTTP error. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const subprotocol = choose(new Set(offered));
    const address = request.socket.remoteAddress ?? '';
    const refusal = this.#refusal(subprotocol, offered, address);
    if (refusal || !subprotocol) {
      this.#options.metrics.refused(refusal?.code ?? 'unsupported-protocol');
      return refuseUpgrade(socket, refusal ?? unsupported(offered));
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, subprotocol, address));
  }

  /** Tells every agent and closes. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#heartbeat);
    for (const connection of this.#connections)
      connection.fail(new GauntletError('shutting-down', 'the arena is shutting down'));
    const until = performance.now() + this.#options.limits.closeGraceMs;
    while (this.#connections.size > 0 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
    for (const connection of this.#connections) connection.terminate();
    this.#server.close();
  }

  #refusal(subprotocol: Subprotocol | null, offered: readonly string[], address: string): GauntletError | null {
    if (!subprotocol) return unsupported(offered);
    if (this.#closing) return new GauntletError('shutting-down', 'the arena is shutting down');
    const { strangers, strangersPerAddress } = this.#options.limits;
    const here = this.#strangers.get(address) ?? 0;
    if (here < strangersPerAddress && this.#strangerCount < strangers) return null;
    return new GauntletError('overloaded', 'too many connections have not said hello yet: try again later', {
      expected: `at most ${strangersPerAddress} from one address, ${strangers} in all`,
      actual: `${here} from ${address}, ${this.#strangerCount} in all`,
    });
  }

  #accept(webSocket: AgentWebSocket, subprotocol: Subprotocol, address: string): void {
    const { arena, logger, metrics, limits } = this.#options;
    metrics.agentConnections++;
    metrics.agentConnectionsTotal++;
    this.#strangerCount++;
    this.#strangers.set(address, (this.#strangers.get(address) ?? 0) + 1);
    const connection = new AgentConnection(webSocket, subprotocol, {
      seatFor: (hello) => arena.seatFor(hello),
      logger,
      metrics,
      limits,
      onIntroduced: () => {
        this.#strangerCount--;
        const left = (this.#strangers.get(address) ?? 1) - 1;
        if (left > 0) this.#strangers.set(address, left);
        else this.#strangers.delete(address);
      },
      onClosed: () => {
        metrics.agentConnections--;
        this.#connections.delete(connection);
      },
    });
    this.#connections.add(connection);
  }
}

/** The first of ours among those that the client offers. */
function choose(offered: ReadonlySet<string>): Subprotocol | null {
  return SUBPROTOCOLS.find((subprotocol) => offered.has(subprotocol)) ?? null;
}

function unsupported(offered: readonly string[]): GauntletError {
  const expected = SUBPROTOCOLS.join(' or ');
  return new GauntletError('unsupported-protocol', `ask for the WebSocket subprotocol ${expected}`, {
    path: '/headers/sec-websocket-protocol',
    expected,
    actual: offered.join(', ') || 'none',
  });
}

/** Answers a request for a WebSocket with an HTTP error. */
export function refuseUpgrade(socket: Duplex, error: GauntletError): void {
  const body = JSON.stringify(errorBody(error));
  const head = [
    `HTTP/1.1 ${statusOf(error)} ${error.code}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  // Who asks and vanishes must not bring the arena down.
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
