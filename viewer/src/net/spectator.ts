import type { ArenaToSpectator, MatchResource, SpectatorToArena, WatchAnswer } from '@gauntlet/agents-sdk/protocol';
import { io, type Socket } from 'socket.io-client';

export interface Watcher {
  /** The answer to each `watch`: once at first, and again after every reconnection. */
  answer(answer: WatchAnswer): void;
  frame(bytes: Uint8Array): void;
}

/** The one connection of a page to the arena. It reconnects by itself and asks again for all that was watched. */
export class Spectator {
  readonly #socket: Socket<ArenaToSpectator, SpectatorToArena> = io({ transports: ['websocket', 'polling'] });
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #lobby = new Set<(matches: MatchResource[]) => void>();
  readonly #status = new Set<(connected: boolean) => void>();
  #matches = new Map<string, MatchResource>();
  #wasConnected = false;

  constructor() {
    this.#socket.on('connect', () => {
      this.#wasConnected = true;
      for (const match of this.#watchers.keys()) this.#ask(match);
      if (this.#lobby.size > 0) this.#askLobby();
      this.#tellStatus(true);
    });
    this.#socket.on('disconnect', (reason) => {
      // An arena that shuts down says goodbye; the library takes that for the end of it.
      if (reason === 'io server disconnect') setTimeout(() => this.#socket.connect(), 1500);
      this.#tellStatus(false);
    });
    this.#socket.on('connect_error', () => this.#tellStatus(false));
    this.#socket.on('frame', (match, bytes) => {
      const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
      for (const watcher of this.#watchers.get(match) ?? []) watcher.frame(view);
    });
    this.#socket.on('match', (match) => {
      this.#matches.set(match.id, match);
      this.#tellLobby();
    });
  }

  /** Whether the arena was ever reached. */
  get wasConnected(): boolean {
    return this.#wasConnected;
  }

  /** Watches a match until the returned function is called. */
  watch(match: string, watcher: Watcher): () => void {
    const watchers = this.#watchers.get(match) ?? new Set();
    this.#watchers.set(match, watchers.add(watcher));
    if (this.#socket.connected) this.#ask(match);
    return () => {
      watchers.delete(watcher);
      if (watchers.size > 0) return;
      this.#watchers.delete(match);
      this.#socket.emit('unwatch', match);
    };
  }

  /** Asks once more for what a watched match looks like now. */
  refresh(match: string): void {
    if (this.#socket.connected) this.#ask(match);
  }

  /** Calls back with all matches of the lobby, at first and whenever one of them changes. */
  lobby(listener: (matches: MatchResource[]) => void): () => void {
    this.#lobby.add(listener);
    if (this.#socket.connected) this.#askLobby();
    return () => this.#lobby.delete(listener);
  }

  /** Calls back when the connection comes or goes. */
  onStatus(listener: (connected: boolean) => void): () => void {
    this.#status.add(listener);
    return () => this.#status.delete(listener);
  }

  #ask(match: string): void {
    this.#socket.emit('watch', match, (answer) => {
      for (const watcher of this.#watchers.get(match) ?? []) watcher.answer(answer);
    });
  }

  #askLobby(): void {
    this.#socket.emit('lobby', (matches) => {
      this.#matches = new Map(matches.map((match) => [match.id, match]));
      this.#tellLobby();
    });
  }

  #tellLobby(): void {
    for (const listener of this.#lobby) listener([...this.#matches.values()]);
  }

  #tellStatus(connected: boolean): void {
    for (const listener of this.#status) listener(connected);
  }
}
