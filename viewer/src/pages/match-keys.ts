import type { MatchPlayer } from './match-player.ts';

/** What the keys do, as the help shows it. */
export const KEYS: readonly (readonly [string, string])[] = [
  ['Space', 'play or pause'],
  ['\u2190 \u2192', '5 seconds back or on (with Shift: 1 second)'],
  [', .', 'one tick back or on'],
  ['\u2191 \u2193', 'faster or slower'],
  ['Home End', 'to the beginning, to the end or live'],
  ['1 \u2013 9', 'follow a seat'],
  ['Tab 0', 'next car, none'],
  ['C', 'next camera'],
  ['O V D T', 'orbit, chase, driver, top'],
  ['R L N G H', 'routes, lidar, names, drawings, shadows'],
  ['?', 'this help'],
];

/** Does what a key stands for. @returns whether it stands for anything. */
export function handleKey(event: KeyboardEvent, player: MatchPlayer): boolean {
  const { source, playback } = player;
  const { seats } = source.record.scene;
  switch (event.key) {
    case ' ':
      player.control((clock) => clock.toggle());
      return true;
    case 'ArrowLeft':
    case 'ArrowRight': {
      const way = (event.key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? 1 : 5);
      player.control((clock) => clock.seek(clock.time + way));
      return true;
    }
    case ',':
      player.control((clock) => clock.stepTicks(-1));
      return true;
    case '.':
      player.control((clock) => clock.stepTicks(1));
      return true;
    case 'ArrowUp':
      player.control((clock) => clock.shiftSpeed(1));
      return true;
    case 'ArrowDown':
      player.control((clock) => clock.shiftSpeed(-1));
      return true;
    case 'Home':
      player.control((clock) => clock.seek(clock.start));
      return true;
    case 'End':
      player.control((clock) => (source.growing ? clock.goLive() : clock.seek(playback.end)));
      return true;
    case 'Tab': {
      const ids = (player.sample?.entities ?? []).map(({ id }) => id);
      const at = ids.indexOf(player.view.rig.follow ?? -1);
      const next = ids[(at + (event.shiftKey ? ids.length - 1 : 1)) % Math.max(1, ids.length)];
      // From a button on, Tab goes the usual way.
      if (next === undefined || document.activeElement !== document.body) return false;
      player.follow(next);
      return true;
    }
    case '0':
      player.follow(null);
      return true;
  }
  const seat = /^[1-9]$/.test(event.key) ? seats[Number(event.key) - 1] : undefined;
  if (seat) {
    player.followSeat(seat.seat);
    return true;
  }
  const letters: Record<string, () => void> = {
    c: () => player.nextCamera(),
    o: () => player.setCamera('orbit'),
    v: () => player.setCamera('chase'),
    d: () => player.setCamera('driver'),
    t: () => player.setCamera('top'),
    r: () => player.toggleLayer('routes'),
    l: () => player.toggleLayer('lidar'),
    n: () => player.toggleLayer('labels'),
    g: () => player.toggleLayer('drawings'),
    h: () => player.toggleLayer('shadows'),
  };
  const action = letters[event.key.toLowerCase()];
  action?.();
  return action !== undefined;
}
