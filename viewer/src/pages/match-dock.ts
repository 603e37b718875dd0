import { html, nothing, type TemplateResult } from 'lit-html';
import { SPEEDS } from '../timeline/playback.ts';
import { clockTime } from './format.ts';
import { icons } from './icons.ts';
import type { MatchPlayer } from './match-player.ts';
import { drawTimeline } from './timeline-canvas.ts';

/** The strip at the bottom: play, time, and the whole match to scrub through. */
export class MatchDock {
  readonly #player: MatchPlayer;
  readonly #canvas = document.createElement('canvas');
  readonly #head = document.createElement('i');
  readonly #hint = document.createElement('output');
  readonly #track = document.createElement('div');
  readonly #played = document.createElement('i');
  #scrubbing = false;
  #drawn = '';
  #grown = '';
  #width = 0;
  #drawnAt = 0;

  constructor(player: MatchPlayer) {
    this.#player = player;
    this.#track.className = 'track';
    this.#head.className = 'playhead';
    this.#hint.className = 'track-hint';
    this.#hint.hidden = true;
    this.#track.tabIndex = 0;
    this.#track.setAttribute('role', 'slider');
    this.#track.setAttribute('aria-label', 'Time of the match');
    this.#played.className = 'played';
    this.#track.append(this.#canvas, this.#played, this.#head, this.#hint);
    this.#track.addEventListener('pointerdown', (event) => {
      this.#track.setPointerCapture(event.pointerId);
      this.#scrubbing = true;
      this.#scrub(event);
    });
    this.#track.addEventListener('pointermove', (event) => {
      this.#showHint(event);
      if (this.#scrubbing) this.#scrub(event);
    });
    const stop = () => (this.#scrubbing = false);
    this.#track.addEventListener('pointerup', stop);
    this.#track.addEventListener('pointercancel', stop);
    this.#track.addEventListener('pointerleave', () => (this.#hint.hidden = true));
  }

  /** After every picture: only the playhead moves. */
  picture(): void {
    const { start, end, time } = this.#player.playback;
    const share = end > start ? Math.max(0, Math.min(1, (time - start) / (end - start))) : 0;
    this.#head.style.transform = `translateX(${(share * this.#width).toFixed(1)}px)`;
    this.#played.style.transform = `scaleX(${share.toFixed(4)})`;
  }

  template(): TemplateResult {
    const { playback, source } = this.#player;
    const { start, end, time, playing, speed, atEdge } = playback;
    this.#redraw(start, end);
    this.#track.setAttribute('aria-valuemin', start.toFixed(1));
    this.#track.setAttribute('aria-valuemax', end.toFixed(1));
    this.#track.setAttribute('aria-valuenow', time.toFixed(1));
    this.#track.setAttribute('aria-valuetext', clockTime(time));
    const control = (change: Parameters<MatchPlayer['control']>[0]) => () => this.#player.control(change);
    return html`<footer class="dock">
      <div class="controls">
        <button
          class="icon-button"
          aria-label="5 seconds back"
          title="5 seconds back (←)"
          @click=${control((clock) => clock.seek(clock.time - 5))}
        >
          ${icons.back}
        </button>
        <button
          class="icon-button play"
          aria-label=${playing ? 'Pause' : 'Play'}
          title="Play or pause (Space)"
          @click=${control((clock) => clock.toggle())}
        >
          ${playing ? icons.pause : icons.play}
        </button>
        <button
          class="icon-button"
          aria-label="5 seconds on"
          title="5 seconds on (→)"
          @click=${control((clock) => clock.seek(clock.time + 5))}
        >
          ${icons.forward}
        </button>
        <span class="time"><b>${clockTime(time, true)}</b> <span>/ ${clockTime(end)}</span></span>
        ${playback.waiting ? html`<i class="spinner" title="Loading"></i>` : nothing}
        <label class="speed"
          ><span class="visually-hidden">Speed</span>
          <select
            .value=${String(speed)}
            @change=${(event: Event) => this.#player.control((clock) => clock.setSpeed(Number((event.target as HTMLSelectElement).value)))}
          >
            ${SPEEDS.map((choice) => html`<option value=${choice} ?selected=${choice === speed}>${choice}×</option>`)}
          </select>
        </label>
        ${source.kind === 'live' && source.growing ? html`<button class="live-button ${atEdge ? 'on' : ''}" aria-pressed=${atEdge} title="Back to the newest moment (End)" @click=${control((clock) => clock.goLive())}><i class="live-dot"></i> Live</button>` : nothing}
        ${source.kind === 'log' && source.loaded < 1 ? html`<span class="loading" title="Share of the log that has been read">${Math.round(source.loaded * 100)} %</span>` : nothing}
      </div>
      ${this.#track}
    </footer>`;
  }

  /** The graph grows all the time in a live match: once a second is enough for that. */
  #redraw(start: number, end: number): void {
    const { record, loaded } = this.#player.source;
    const { followedSeat } = this.#player;
    this.#width = this.#canvas.clientWidth;
    const now = performance.now();
    const key = `${followedSeat} ${record.eventVersion} ${this.#width} ${this.#canvas.clientHeight}`;
    const grown = `${start} ${end} ${loaded}`;
    if (key === this.#drawn && (grown === this.#grown || now - this.#drawnAt < 1000)) return;
    this.#drawn = key;
    this.#grown = grown;
    this.#drawnAt = now;
    drawTimeline(this.#canvas, record, { start, end }, followedSeat);
  }

  #timeAt(event: PointerEvent): number {
    const { start, end } = this.#player.playback;
    const { left, width } = this.#track.getBoundingClientRect();
    return start + Math.max(0, Math.min(1, (event.clientX - left) / Math.max(1, width))) * (end - start);
  }

  #scrub(event: PointerEvent): void {
    this.#player.control((clock) => clock.seek(this.#timeAt(event)));
  }

  #showHint(event: PointerEvent): void {
    const { left, width } = this.#track.getBoundingClientRect();
    const time = this.#timeAt(event);
    const { record } = this.#player.source;
    const near = record.events.find(
      (match) =>
        Math.abs(match.tick * record.scene.tickSeconds - time) < (this.#player.playback.end / Math.max(1, width)) * 6,
    );
    this.#hint.hidden = false;
    this.#hint.textContent = near ? `${clockTime(time, true)}  ${near.text}` : clockTime(time, true);
    const half = this.#hint.offsetWidth / 2;
    this.#hint.style.left = `${Math.max(half, Math.min(width - half, event.clientX - left))}px`;
  }
}
