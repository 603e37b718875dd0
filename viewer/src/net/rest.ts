import type {
  ErrorBody,
  MatchList,
  MatchResource,
  MatchStatus,
  RatingPoint,
  RatingResource,
  ScenarioResource,
} from '@gauntlet/agents-sdk/protocol';

/** A request that did not succeed, in words for people. `status` is 0 when nobody answered. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'RestError';
    this.status = status;
    this.code = code;
  }
}

/** All addresses of the arena that pages read. Each throws RestError. */
export const rest = {
  scenarios: () => get<ScenarioResource[]>('/api/scenarios'),
  matches: (query: { status?: MatchStatus; agent?: string; limit?: number; offset?: number } = {}) => {
    const parameters = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    return get<MatchList>(`/api/matches?${parameters}`);
  },
  match: (id: string) => get<MatchResource>(`/api/matches/${encodeURIComponent(id)}`),
  ratings: () => get<RatingResource[]>('/api/ratings'),
  ratingHistory: (version: string) => get<RatingPoint[]>(`/api/ratings/${encodeURIComponent(version)}/history`),
};

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { accept: 'application/json' } }).catch(() => null);
  if (!answer) throw new RestError(0, 'unreachable', 'The arena does not answer. Check that it runs, then try again.');
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok && body !== null) return body as T;
  const error = (body as Partial<ErrorBody> | null)?.error;
  throw new RestError(
    answer.status,
    error?.code ?? 'unexpected',
    error?.message ?? `The arena answered ${answer.status} to ${path}.`,
  );
}
