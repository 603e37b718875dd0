import fastifyStatic from '@fastify/static';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app.ts';

/** Addresses that the page itself turns into views. */
const PAGES = ['/', '/ranking', '/matches', '/matches/*', '/agents', '/agents/*'];

/** The viewer's files, with its start page at every address that it knows. */
export function viewerRoutes(app: App, folder: string | null): void {
  const page = async (_: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (folder !== null) return reply.sendFile('index.html');
    throw new GauntletError('not-found', 'the viewer has not been built: `npm start` builds it', {
      expected: 'a built viewer',
      actual: 'none',
    });
  };
  for (const url of PAGES) app.get(url, { schema: { hide: true } }, page);
  if (folder === null) return;
  app.register(fastifyStatic, {
    root: folder,
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    schemaHide: true,
    setHeaders(reply, path) {
      // The build puts a hash of the content into the names of these, and of nothing else.
      const hashed = /[/\\]assets[/\\][^/\\]+-[\w-]{8,}\.\w+$/.test(path);
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
