import { randomUUID } from 'node:crypto';
import { GauntletError, type ErrorBody, type ErrorCode } from '@gauntlet/agents-sdk/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** The HTTP status of each error that a request can meet. Any other is the arena's own. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'message-too-large': 413,
  'unsupported-protocol': 400,
  'missing-token': 401,
  'invalid-token': 401,
  forbidden: 403,
  'no-match': 404,
  'match-over': 409,
  'seat-taken': 409,
  'unknown-scenario': 404,
  'unknown-agent': 404,
  'unknown-match': 404,
  'invalid-request': 400,
  'invalid-parameters': 400,
  'invalid-seats': 400,
  'already-exists': 409,
  'log-not-ready': 409,
  'not-found': 404,
  overloaded: 503,
  'store-unavailable': 503,
  'shutting-down': 503,
};

export function statusOf(error: GauntletError): number {
  return STATUS[error.code] ?? 500;
}

export function errorBody({ code, message, path, expected, actual }: GauntletError): ErrorBody {
  return { error: { code, message, path, expected, actual } };
}

/** The error to tell someone outside. What is no GauntletError is the arena's own fault: it is logged under an id, and only the id is told. */
export function publicError(error: unknown, logger: Pick<Logger, 'error'>): GauntletError {
  if (error instanceof GauntletError) return error;
  const id = randomUUID();
  logger.error({ err: error, id }, 'internal error');
  return new GauntletError('internal', `the arena made a mistake, logged under ${id}`, { actual: id });
}

/** Answers a request with an error. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fromFramework = error instanceof GauntletError ? null : frameworkError(error as FastifyError, request);
  const told = fromFramework?.error ?? publicError(error, request.log as Logger);
  const status = fromFramework?.status ?? statusOf(told);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 503) reply.header('retry-after', '5');
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(errorBody(told));
}

export function notFound(request: FastifyRequest): GauntletError {
  const path = request.url.split('?', 1)[0] ?? '';
  return new GauntletError(
    'not-found',
    `there is nothing at ${request.method} ${path}: /api/openapi.json lists what there is`,
    { actual: `${request.method} ${path}` },
  );
}

/** What fastify itself refuses, before a handler runs. Null for what is no fault of the request. */
function frameworkError(error: FastifyError, request: FastifyRequest): { error: GauntletError; status: number } | null {
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return null;
  const refuse = (code: ErrorCode, expected: string, actual: string) => ({
    status,
    error: new GauntletError(code, error.message, { expected, actual }),
  });
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuse(
        'message-too-large',
        `a body of at most ${request.routeOptions.bodyLimit} bytes`,
        `${request.headers['content-length'] ?? 'more'} bytes`,
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refuse(
        'invalid-request',
        'content-type: application/json',
        `content-type: ${request.headers['content-type'] ?? 'none'}`,
      );
    default:
      return refuse('invalid-request', 'a request as /api/openapi.json describes it', error.message);
  }
}
