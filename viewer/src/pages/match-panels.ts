import type { MatchEvent, MatchResource } from '@gauntlet/agents-sdk/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { seatColour } from '../scene/palette.ts';
import { clockTime, outcomeText, signed, splitVersion } from './format.ts';
import { icons } from './icons.ts';
import type { MatchPlayer } from './match-player.ts';
import { eventColour } from './timeline-canvas.ts';

/** Rows of the feed at most: around the moment shown. */
const FEED = 120;

/** One card a seat: who drives, how far, how fast, how quickly it decides. */
export function seatCards(player: MatchPlayer, match: MatchResource | null): TemplateResult {
  const { record } = player.source;
  const { sample } = player;
  const best = Math.max(...(sample?.seats ?? []).map(({ score }) => score));
  const final = player.playback.ended;
  return html`${record.scene.seats.map((seat, i) => {
    const now = sample?.seats.find((candidate) => candidate.seat === seat.seat);
    const entity = sample?.entities.find(({ id }) => id === seat.entity);
    const result = match?.seats.find((candidate) => candidate.seat === seat.seat);
    const scored = record.finalScore?.final
      ? record.finalScore.seats.find((candidate) => candidate.seat === seat.seat)
      : undefined;
    const outcome = final ? (result?.outcome ?? scored?.outcome ?? null) : null;
    const reason = final ? (result?.reason ?? scored?.reason ?? '') : '';
    const score = final ? (result?.score ?? scored?.score ?? now?.score) : now?.score;
    const { agent, version } = splitVersion(seat.agent);
    return html`<button
      class="seat ${player.view.rig.follow === seat.entity ? 'followed' : ''} ${now?.done ? 'done' : ''}"
      .style=${`--seat: ${seatColour(seat.seat)}`}
      aria-pressed=${player.view.rig.follow === seat.entity}
      title="${agent} ${version}: follow with key ${i + 1}"
      @click=${() => player.followSeat(seat.seat)}
    >
      <span class="seat-head"
        ><i class="dot"></i
        ><b>${agent}</b
        >${now && now.score === best && record.scene.seats.length > 1 ? html`<em class="leads">${final ? 'best' : 'leads'}</em>` : nothing}<span
          class="seat-score"
          >${score === undefined ? '\u2013' : score.toFixed(1)}</span
        ></span
      >
      <span class="bar"><i .style=${`width: ${((now?.completion ?? 0) * 100).toFixed(1)}%`}></i></span>
      <span class="seat-foot">
        <span>${seat.seat}</span>
        <span><b>${entity ? Math.round(Math.abs(entity.speed) * 3.6) : '\u2013'}</b> km/h</span>
        <span title="Wall time of its last decision"
          ><b
            >${now?.latencyMs == null ? '\u2013' : now.latencyMs < 9.95 ? now.latencyMs.toFixed(1) : now.latencyMs.toFixed(0)}</b
          >
          ms</span
        >
        <span>${Math.round((now?.completion ?? 0) * 100)} %</span>
      </span>
      ${outcome ? html`<span class="seat-outcome">${outcomeText(outcome)}${reason ? html` · ${reason.replaceAll('-', ' ')}` : nothing}${result?.ratingAfter != null && result.ratingBefore !== null ? html` · rating <em class=${result.ratingAfter < result.ratingBefore ? 'down' : 'up'}>${signed(result.ratingAfter - result.ratingBefore)}</em>` : nothing}</span>` : nothing}
    </button>`;
  })}`;
}

/** What happened, in order; a click goes there. What has not been shown yet is dimmed. */
export function feed(player: MatchPlayer): TemplateResult {
  const { record } = player.source;
  const { tickSeconds, tick } = player.playback;
  const past = record.events.filter((event) => event.tick <= tick).length;
  const from = Math.max(0, Math.min(record.events.length - FEED, past - FEED / 2));
  const rows = record.events.slice(from, from + FEED);
  if (rows.length === 0) return html`<p class="muted feed-empty">Nothing has happened yet.</p>`;
  return html`<ol>
    ${rows.map((event, i) => {
      const current = from + i === past - 1;
      return html`<li class="${event.tick > tick ? 'ahead' : ''} ${current ? 'current' : ''}">
        <button .style=${`--kind: ${eventColour(event)}`} @click=${() => goTo(player, event)}>
          <time>${clockTime(event.tick * tickSeconds)}</time><i class="kind"></i
          ><span
            >${event.seat ? html`<b .style=${`color: ${seatColour(event.seat)}`}>${event.seat}</b> ` : nothing}${withoutSeat(event)}</span
          >
        </button>
      </li>`;
    })}
  </ol>`;
}

/** The sentence without the seat that stands before it in its colour. */
function withoutSeat({ seat, text }: MatchEvent): string {
  return seat !== null && text.startsWith(`${seat} `) ? text.slice(seat.length + 1) : text;
}

/** A moment before the event, so that one sees it happen. */
function goTo(player: MatchPlayer, event: MatchEvent): void {
  const { record } = player.source;
  player.control((clock) => clock.seek(event.tick * clock.tickSeconds - (event.tick === 0 ? 0 : 1)));
  const entity = (event.seat ? record.entityOf(event.seat) : null) ?? event.entities[0];
  if (entity !== undefined) player.follow(entity);
}

/** How a live match ended, and where to go from here. */
export function resultCard(
  player: MatchPlayer,
  match: MatchResource,
  next: MatchResource | null,
  replay: () => void,
  dismiss: () => void,
): TemplateResult {
  const standings = match.seats
    .map((seat) => ({
      ...seat,
      score: seat.score ?? player.sample?.seats.find((now) => now.seat === seat.seat)?.score ?? null,
    }))
    .sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity));
  return html`<section class="result-card" role="dialog" aria-label="Result">
    <button class="icon-button close" aria-label="Close" @click=${dismiss}>${icons.close}</button>
    <h2>
      ${match.outcome === 'finished' || match.outcome === null ? 'The match has ended' : `The match ended: ${outcomeText(match.outcome).toLowerCase()}`}
    </h2>
    <ol>
      ${standings.map(
        (seat) =>
          html`<li .style=${`--seat: ${seatColour(seat.seat)}`}>
            <i class="dot"></i><span>${splitVersion(seat.agent).agent}</span><small>${outcomeText(seat.outcome)}</small
            ><b>${seat.score?.toFixed(1) ?? '\u2013'}</b>
          </li>`,
      )}
    </ol>
    <div class="actions">
      ${next ? html`<a class="button" href="/matches/${next.id}">Watch the next match</a>` : nothing}
      ${match.log ? html`<button class="button ${next ? 'quiet' : ''}" @click=${replay}>Watch the replay</button>` : nothing}
      <a class="button quiet" href="/">All matches</a>
    </div>
  </section>`;
}
