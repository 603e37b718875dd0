import { open, type FileHandle } from 'node:fs/promises';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App, RouteContext } from '../app.ts';
import { errorBody } from '../errors.ts';
import { parseRange } from '../range.ts';
import { describe } from './describe.ts';
import { ById, findMatch } from './matches.ts';

const Log = Type.String({ format: 'binary' });

export function logRoutes(api: App, { arena }: RouteContext): void {
  api.route({
    method: ['GET', 'HEAD'],
    url: '/matches/:id/log',
    // The one that fastify makes from GET would read the whole file to throw it away.
    exposeHeadRoute: false,
    schema: {
      params: ById,
      ...describe(
        { tag: 'matches', summary: 'The log of an ended match, MCAP', description: 'Takes Range and If-Range.' },
        { 200: Log, 206: Log },
      ),
    },
    async handler(request, reply) {
      const match = await findMatch(arena, request.params.id);
      if (match.status !== 'ended') {
        throw new GauntletError(
          'log-not-ready',
          `match ${match.id} is ${match.status}: its log is served once it has ended`,
          { expected: 'ended', actual: match.status },
        );
      }
      // The path comes from the arena by the id of a match that it knows; nothing of the request becomes part of it.
      const file = await openLog(await arena.logFile(match.id), match.id);
      return sendLog(file, `${match.scenario}-${match.id}`, request, reply as FastifyReply);
    },
  });
}

/** Sends what the request asks of the file, and closes it. */
async function sendLog(
  file: FileHandle,
  title: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  let handedOver = false;
  try {
    const { size, mtimeMs, mtime } = await file.stat();
    const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
    reply.headers({
      'accept-ranges': 'bytes',
      etag,
      'last-modified': mtime.toUTCString(),
      'cache-control': 'no-cache',
    });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const condition = request.headers['if-range'];
    const unchanged = condition === undefined || condition === etag || condition === mtime.toUTCString();
    const range = unchanged ? parseRange(request.headers.range, size) : null;
    if (range === 'unsatisfiable') {
      reply.code(416).header('content-range', `bytes */${size}`);
      const detail = {
        path: '/headers/range',
        expected: `bytes within 0-${size - 1}`,
        actual: request.headers.range ?? '',
      };
      return reply.send(errorBody(new GauntletError('invalid-request', `the log has ${size} bytes`, detail)));
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
    reply.headers({
      'content-type': 'application/mcap',
      'content-length': end - start + 1,
      'content-disposition': `attachment; filename="${title.replaceAll(/[^\w.-]+/g, '_')}.mcap"`,
    });
    if (request.method === 'HEAD' || size === 0) return reply.send();
    handedOver = true;
    return reply.send(file.createReadStream({ start, end }));
  } finally {
    if (!handedOver) await file.close();
  }
}

async function openLog(path: string | null, match: string): Promise<FileHandle> {
  const gone = (): GauntletError =>
    new GauntletError('not-found', `match ${match} left no log`, { expected: 'a log', actual: 'none' });
  if (path === null) throw gone();
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw gone();
    throw error;
  }
}
