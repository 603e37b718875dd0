import type { MatchResource } from '@gauntlet/agents-sdk/protocol';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { rest, RestError } from '../net/rest.ts';
import type { FrameSource } from '../timeline/frame-source.ts';
import { LiveSource } from '../timeline/live-source.ts';
import { LogSource } from '../timeline/log-source.ts';
import { installHook } from './hook.ts';
import { icons } from './icons.ts';
import { formatMatchAddress, parseMatchAddress } from './match-address.ts';
import { cameraButtons, helpDialog, layersMenu, topBar, type Open } from './match-chrome.ts';
import { MatchDock } from './match-dock.ts';
import { handleKey } from './match-keys.ts';
import { feed, resultCard, seatCards } from './match-panels.ts';
import { MatchPlayer } from './match-player.ts';
import { loadSettings } from './settings.ts';
import { trafficPanel } from './traffic-panel.ts';
import { connectionBanner, messagePage, type Page } from './shell.ts';

/** How often the panels are written anew, ms. The picture has its own pace. */
const PANELS_MS = 200;
/** How often the address takes in the time while it runs, ms. Browsers limit this. */
const ADDRESS_MS = 2000;

/**
 * A match, live or recorded.
 * @param id of the match, or null for `file`: a log from the person's own disk.
 */
export function matchPage(id: string | null, file: File | null): Page {
  return ({ root, spectator, go }) => {
    const ui = document.createElement('div');
    const stage = document.createElement('div');
    /** For messages, while there is nothing to play. */
    const plain = document.createElement('div');
    ui.className = 'match-ui';
    stage.className = 'stage';
    let player: MatchPlayer | null = null;
    let dock: MatchDock | null = null;
    let removeHook: () => void = () => undefined;
    let live: LiveSource | null = null;
    let match: MatchResource | null = null;
    let next: MatchResource | null = null;
    let open: Open = null;
    let sheet: 'seats' | 'feed' | null = null;
    let lost = false;
    let toast: string | null = null;
    let ended = false;
    let gone = false;
    let problem: TemplateResult | null = null;
    let panelsAt = 0;
    let addressAt = 0;
    let resyncAt = 0;
    let eventsShown = -1;
    let loading = true;

    const fail = (title: string, text: string) => {
      problem = messagePage(title, text);
      draw();
    };

    function play(source: FrameSource): void {
      if (gone) return source.close();
      stop();
      root.replaceChildren(stage, ui);
      problem = null;
      loading = false;
      document.title = `${source.record.scene.title} - Gauntlet`;
      try {
        player = new MatchPlayer(
          stage,
          source,
          source instanceof LiveSource ? source.edge : null,
          parseMatchAddress(location.search),
          loadSettings(),
          onPicture,
          onChoice,
        );
      } catch (reason) {
        source.close();
        return fail(
          'The match cannot be drawn',
          `This needs WebGL, which this browser does not offer here. Another browser or device may. (${(reason as Error).message})`,
        );
      }
      dock = new MatchDock(player);
      removeHook = installHook(player);
      draw();
    }

    function stop(): void {
      removeHook();
      player?.dispose();
      player = null;
      dock = null;
    }

    async function openLog(from: string | Blob): Promise<void> {
      try {
        play(await LogSource.open(from));
      } catch (reason) {
        fail('This log cannot be opened', (reason as Error).message);
      }
    }

    function onPicture(): void {
      dock?.picture();
      const now = performance.now();
      if (now - panelsAt > PANELS_MS) {
        panelsAt = now;
        draw();
      }
      if (now - addressAt > ADDRESS_MS) writeAddress();
    }

    function onChoice(): void {
      draw();
      addressAt = Math.min(addressAt, performance.now() - ADDRESS_MS + 150);
    }

    function writeAddress(): void {
      addressAt = performance.now();
      if (!player || id === null) return;
      // At the edge of a live match the moment is always now.
      const address = location.pathname + formatMatchAddress(player.address(!player.playback.atEdge));
      if (address !== location.pathname + location.search) history.replaceState(null, '', address);
    }

    async function share(): Promise<void> {
      if (!player) return;
      const address = location.origin + location.pathname + formatMatchAddress(player.address(true));
      try {
        await navigator.clipboard.writeText(address);
        tell('Link to this moment copied');
      } catch {
        // Without a secure context there is no clipboard: the address bar has the link.
        history.replaceState(null, '', address);
        tell('The link is in the address bar');
      }
    }

    function tell(text: string): void {
      toast = text;
      draw();
      setTimeout(() => {
        toast = null;
        if (!gone) draw();
      }, 2500);
    }

    function draw(): void {
      if (problem || !player || !dock) {
        if (root.firstChild !== plain) root.replaceChildren(plain);
        render(problem ?? waiting(), plain);
        return;
      }
      render(page(player, dock), ui);
      if (eventsShown !== player.source.record.eventVersion || player.playback.playing) {
        eventsShown = player.source.record.eventVersion;
        const current = ui.querySelector<HTMLElement>('.feed li.current');
        const list = current?.closest<HTMLElement>('.feed');
        // Not while someone reads in it.
        if (current && list && !list.matches(':hover')) list.scrollTop = current.offsetTop - list.clientHeight / 2;
      }
    }

    function waiting(): TemplateResult {
      if (loading && match === null) return messagePage('', '', html`<i class="spinner large"></i>`);
      const text =
        match?.status === 'waiting'
          ? 'Its agents are connecting. It begins when all are ready.'
          : 'It begins as soon as there is room.';
      return match && match.status !== 'ended' && match.status !== 'running'
        ? messagePage('The match is about to begin', text)
        : messagePage('', '', html`<i class="spinner large"></i>`);
    }

    function page(current: MatchPlayer, strip: MatchDock): TemplateResult {
      const toggleSheet = (which: 'seats' | 'feed') => () => {
        sheet = sheet === which ? null : which;
        draw();
      };
      const setOpen = (what: Open) => {
        open = what;
        draw();
      };
      const contested = current.source.record.scene.seats.length > 0;
      return html`
        ${connectionBanner(lost && current.source.growing)}
        ${current.source.problem ? html`<div class="banner" role="status"><i class="spinner"></i> ${current.source.problem} Trying again.</div>` : nothing}
        ${topBar(current, match, open, { share: () => void share(), open: setOpen })}
        ${open === 'layers' ? layersMenu(current) : nothing}
        ${current.sample ? nothing : html`<div class="center-note"><i class="spinner"></i> ${current.source.growing && contested ? 'Waiting for the agents' : 'Loading'}</div>`}
        <aside class="panel seats ${sheet === 'seats' ? 'open' : ''}" aria-label=${contested ? 'Seats' : 'Traffic'}>
          ${contested ? seatCards(current, match) : trafficPanel(current)}
        </aside>
        ${
          contested || current.source.record.events.length > 1
            ? html`<aside class="panel feed ${sheet === 'feed' ? 'open' : ''}" aria-label="Events">
                ${feed(current)}
              </aside>`
            : nothing
        }
        <div class="lower">
          <div class="lower-row">
            <button
              class="sheet-button"
              aria-pressed=${sheet === 'seats'}
              aria-label="Seats"
              @click=${toggleSheet('seats')}
            >
              ${icons.seats}
            </button>
            ${cameraButtons(current)}
            <button
              class="sheet-button"
              aria-pressed=${sheet === 'feed'}
              aria-label="Events"
              @click=${toggleSheet('feed')}
            >
              ${icons.feed}
            </button>
          </div>
          ${strip.template()}
        </div>
        ${
          ended && match
            ? resultCard(
                current,
                match,
                next,
                () => void watchReplay(),
                () => {
                  ended = false;
                  draw();
                },
              )
            : nothing
        }
        ${open === 'help' ? helpDialog(() => setOpen(null)) : nothing}
        ${toast ? html`<div class="toast" role="status">${toast}</div>` : nothing}
      `;
    }

    async function watchReplay(): Promise<void> {
      if (!match?.log) return;
      ended = false;
      history.replaceState(null, '', location.pathname);
      await openLog(match.log);
    }

    /** A match that was seen live to its end. */
    function endLive(): void {
      if (!live?.growing) return;
      live.end();
      ended = true;
      draw();
      showAgain();
    }

    /** A map without contestants begins anew when its time is over: one goes on watching it. */
    function showAgain(): void {
      if (!ended || gone || match?.seats.length !== 0 || next?.scenario !== match.scenario) return;
      go(`/matches/${next.id}${formatMatchAddress({ ...player!.address(false), follow: null })}`);
    }

    function watch(watched: string): void {
      const leave = spectator.watch(watched, {
        answer(answer) {
          if (!answer.ok) {
            if (player) return tell(answer.message);
            return fail(
              answer.code === 'unknown-match' ? 'There is no such match' : 'The match cannot be shown',
              answer.message,
            );
          }
          match = answer.match;
          if (answer.scene && answer.match.status !== 'ended') {
            if (live?.growing) live.resync(answer.scene);
            else play((live = new LiveSource(answer.scene)));
          } else if (answer.match.status === 'ended') {
            if (live) endLive();
            else if (answer.match.log) void openLog(answer.match.log);
            else
              fail(
                'This match left no log',
                `It ended as ${answer.match.outcome ?? 'void'}${answer.match.reason ? ` (${answer.match.reason})` : ''}, so there is nothing to show.`,
              );
          }
          draw();
        },
        frame(bytes) {
          if (!live?.growing) return;
          live.push(bytes, performance.now() / 1000);
          const unknown = player?.sample?.entities.some((entity) => !live?.record.descriptions.has(entity.id));
          // A frame that told of it was skipped: the scene says what exists.
          if (unknown && performance.now() - resyncAt > 2000) {
            resyncAt = performance.now();
            spectator.refresh(watched);
          }
        },
      });
      leavers.push(leave);
    }

    const leavers: (() => void)[] = [];
    const keys = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !player) return;
      if (
        event.target instanceof HTMLElement &&
        /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) &&
        event.key !== 'Escape'
      )
        return;
      // Space on a button presses it.
      if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
      if (event.key === '?') open = open === 'help' ? null : 'help';
      else if (event.key === 'Escape') {
        open = null;
        sheet = null;
      } else if (!handleKey(event, player)) return;
      event.preventDefault();
      draw();
    };
    window.addEventListener('keydown', keys);

    draw();
    if (file) void openLog(file);
    else if (id !== null) {
      leavers.push(
        spectator.onStatus((connected) => {
          lost = !connected;
          draw();
        }),
        spectator.lobby((matches) => {
          const mine = matches.find((candidate) => candidate.id === id);
          const changed = mine !== undefined && mine.status !== match?.status && mine.status !== 'queued';
          if (mine) match = mine;
          const contested = (match?.seats.length ?? 1) > 0;
          next =
            matches.find(
              (candidate) =>
                candidate.id !== id && candidate.status === 'running' && candidate.seats.length > 0 === contested,
            ) ?? null;
          if (changed && !player && !problem) spectator.refresh(id);
          if (mine?.status === 'ended') endLive();
          draw();
          showAgain();
        }),
      );
      // Asked first, so that an unknown match or an arena that is away is told at once; the socket goes on trying.
      rest.match(id).then(
        (found) => {
          if (gone) return;
          match ??= found;
          draw();
          watch(id);
        },
        (reason: unknown) => {
          if (gone) return;
          const unknown = reason instanceof RestError && reason.status === 404;
          fail(unknown ? 'There is no such match' : 'The match cannot be shown', (reason as Error).message);
        },
      );
    }

    return () => {
      gone = true;
      window.removeEventListener('keydown', keys);
      for (const leave of leavers) leave();
      stop();
    };
  };
}
