import type { Logger } from 'pino';
import type { MapFile } from '../match/interfaces.ts';
import type { ArenaService } from './service.ts';

export interface MapViewOptions {
  readonly arena: ArenaService;
  readonly logger: Logger;
  readonly map: MapFile;
}

/** ms after which a map is shown anew that could not be. */
const RETRY_MS = 5000;

/**
 * Keeps traffic on a map going, to be watched: when it ends by time, it begins anew. Returns the first match's id and how to stop.
 * @throws MapError when the file is no road map.
 */
export async function startMapView({
  arena,
  logger,
  map,
}: MapViewOptions): Promise<{ match: string; stop: () => void }> {
  const first = (await arena.showMap(map)).id;
  let current: string | null = first;
  let retry: NodeJS.Timeout | null = null;

  const next = async (): Promise<void> => {
    try {
      current = (await arena.showMap(map)).id;
    } catch (err) {
      logger.error({ err, map: map.name }, 'the map could not be shown again; the next try comes in 5 s');
      retry = setTimeout(() => void next(), RETRY_MS);
    }
  };

  const unsubscribe = arena.onMatch((match) => {
    if (match.id !== current || match.status !== 'ended') return;
    current = null;
    // What failed at once would fail again and again.
    if (match.outcome === 'void') logger.error({ match: match.id, reason: match.reason }, 'the map is no longer shown');
    else void next();
  });
  return {
    match: first,
    stop: () => {
      if (retry) clearTimeout(retry);
      unsubscribe();
    },
  };
}
