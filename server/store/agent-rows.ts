import type { AgentKind, AgentResource, AgentVersionResource } from '@gauntlet/agents-sdk/protocol';
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import type { StoredVersion } from './store.ts';

/** The versions of all agents, with their ratings. */
export function selectVersions(db: Kysely<Tables>) {
  return db
    .selectFrom('agent_versions')
    .innerJoin('agents', 'agents.name', 'agent_versions.agent')
    .leftJoin('ratings', 'ratings.agent_version', 'agent_versions.id')
    .select(['agent_versions.id', 'agent', 'version', 'agent_versions.created_at', 'kind', 'rating', 'games']);
}

type VersionRow = Awaited<ReturnType<ReturnType<typeof selectVersions>['executeTakeFirstOrThrow']>>;

export function toVersion(row: VersionRow | undefined): StoredVersion | null {
  return row ? { ...toVersionResource(row), kind: row.kind as AgentKind } : null;
}

function toVersionResource({ id, agent, version, created_at, rating, games }: VersionRow): AgentVersionResource {
  return { id, agent, version, createdAt: created_at, rating, games: games ?? 0 };
}

/** All agents by name, or the one of this name. */
export async function loadAgents(db: Kysely<Tables>, name?: string): Promise<AgentResource[]> {
  let agents = db.selectFrom('agents').selectAll().orderBy('name');
  let versions = selectVersions(db).orderBy('agent_versions.seq', 'desc');
  if (name !== undefined) {
    agents = agents.where('name', '=', name);
    versions = versions.where('agent', '=', name);
  }
  const rows = await versions.execute();
  return (await agents.execute()).map((agent) => ({
    name: agent.name,
    kind: agent.kind as AgentKind,
    description: agent.description,
    createdAt: agent.created_at,
    versions: rows.filter((row) => row.agent === agent.name).map(toVersionResource),
  }));
}
