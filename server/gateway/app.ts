import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import fastifySwagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { checker, ErrorBody, GauntletError } from '@gauntlet/agents-sdk/protocol';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifySchema } from 'fastify';
import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import { Convert } from 'typebox/value';
import type { Arena } from './arena.ts';
import { answerError, errorBody, notFound } from './errors.ts';
import type { GatewayLimits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { agentRoutes } from './routes/agents.ts';
import { logRoutes } from './routes/logs.ts';
import { matchRoutes } from './routes/matches.ts';
import { ratingRoutes } from './routes/ratings.ts';
import { scenarioRoutes } from './routes/scenarios.ts';
import { schemaRoutes } from './routes/schemas.ts';
import { systemRoutes } from './routes/system.ts';
import { SECURITY_HEADERS } from './security.ts';
import { viewerRoutes } from './viewer.ts';

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;

/** What the routes work with. */
export interface RouteContext {
  readonly arena: Arena;
  readonly metrics: Metrics;
  /** The built viewer, or null when there is none. */
  readonly viewerDir: string | null;
}

/** The arena over HTTP: REST under `/api`, and the viewer's files. */
export function createApp(context: RouteContext, logger: Logger, limits: GatewayLimits): App {
  const app: App = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // Requests are logged below, in one line each.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    // For a request to come in whole; answers may take longer.
    requestTimeout: 30_000,
    // Downloads of long logs must not keep the arena from closing.
    forceCloseConnections: true,
    return503OnClosing: false,
    // `agent@version` is up to 129 characters; longer than this is no address of ours.
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    clientErrorHandler(_, socket) {
      const body = JSON.stringify(
        errorBody(new GauntletError('invalid-request', 'this is not an HTTP request', { expected: 'HTTP/1.1' })),
      );
      if (socket.writable) {
        socket.end(
          `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
        );
      } else {
        socket.destroy();
      }
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const check = checker(schema);
    const what = httpPart === 'querystring' ? 'query' : (httpPart ?? 'request');
    return (value: unknown) => {
      try {
        // Addresses hold text only, so numbers in them are read first. Bodies are JSON and taken as they are.
        return { value: check(httpPart === 'body' ? value : Convert(schema, value), 'invalid-request', what) };
      } catch (error) {
        return { error: error as Error };
      }
    };
  });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => answerError(notFound(request), request, reply));
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request;
    const line = { method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (reply.statusCode >= 500) request.log.warn(line, 'request failed');
    else request.log.debug(line, 'request');
  });

  app.register(fastifySwagger, {
    // Every route can answer with an error. Only told here: the answer itself needs no compiled serializer for every route.
    transform: ({ schema, url }) => {
      const response = { ...(schema.response as object | undefined), '4XX': ErrorBody, '5XX': ErrorBody };
      return { url, schema: { ...schema, response } as FastifySchema };
    },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gauntlet',
        version: context.arena.build,
        description: 'Scenarios, agents, matches, logs and ratings of one arena.',
      },
      components: {
        securitySchemes: { organiser: { type: 'http', scheme: 'bearer', description: 'The organiser’s token.' } },
      },
    },
  });
  app.register(
    async (api: App) => {
      // Answers change with every match; what does not says so itself.
      api.addHook('onRequest', async (_, reply) => {
        reply.header('cache-control', 'no-store');
      });
      api.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
      systemRoutes(api, context);
      scenarioRoutes(api, context);
      agentRoutes(api, context);
      matchRoutes(api, context);
      logRoutes(api, context);
      ratingRoutes(api, context);
      schemaRoutes(api);
    },
    { prefix: '/api' },
  );
  viewerRoutes(app, context.viewerDir);
  return app;
}
