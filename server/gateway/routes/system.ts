import { Strict } from '@gauntlet/agents-sdk/protocol';
import { Type } from 'typebox';
import type { App, RouteContext } from '../app.ts';
import { describe } from './describe.ts';

const Health = Strict({ status: Type.Literal('ok'), build: Type.String(), uptimeSeconds: Type.Number() });

export function systemRoutes(api: App, { arena, metrics }: RouteContext): void {
  api.get(
    '/health',
    { schema: describe({ tag: 'system', summary: 'Whether the arena answers' }, { 200: Health }) },
    async () => ({ status: 'ok' as const, build: arena.build, uptimeSeconds: process.uptime() }),
  );

  api.get(
    '/metrics',
    {
      schema: describe(
        { tag: 'system', summary: 'Figures for Prometheus, in its text format' },
        { 200: Type.String() },
      ),
    },
    async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
