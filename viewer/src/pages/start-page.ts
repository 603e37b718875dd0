import type { MatchResource, RatingResource, ScenarioResource } from '@gauntlet/agents-sdk/protocol';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { rest } from '../net/rest.ts';
import { seatColour } from '../scene/palette.ts';
import { ago, bySeatScore, clockTime, outcomeText, scenarioWords, signed, splitVersion } from './format.ts';
import { icons } from './icons.ts';
import { Preview } from './preview.ts';
import { connectionBanner, siteHeader, type Page } from './shell.ts';

/** At most so many live matches move on this page. */
const PREVIEWS = 6;
const PAGE = 25;

interface LiveCard {
  readonly preview: Preview;
  readonly scores: Map<string, number>;
  tick: number;
  leave(): void;
}

export const startPage: Page = ({ root, spectator, openLog }) => {
  let live: MatchResource[] = [];
  let ended: MatchResource[] = [];
  let total = 0;
  let ratings: RatingResource[] = [];
  let titles = new Map<string, string>();
  let error: string | null = null;
  let loaded = false;
  let lost = false;
  let dragging = false;
  const cards = new Map<string, LiveCard>();

  const title = (match: MatchResource) =>
    titles.get(match.scenario) ?? cards.get(match.id)?.preview.title ?? scenarioWords(match.scenario);

  async function load(): Promise<void> {
    try {
      const [running, done, ranks] = await Promise.all([
        rest.matches({ limit: 50 }),
        rest.matches({ status: 'ended', limit: Math.max(PAGE, ended.length) }),
        rest.ratings(),
      ]);
      merge(running.matches);
      ended = done.matches;
      total = done.total;
      ratings = ranks;
      error = null;
    } catch (reason) {
      error = (reason as Error).message;
    }
    loaded = true;
    draw();
  }

  async function more(): Promise<void> {
    try {
      const next = await rest.matches({ status: 'ended', limit: PAGE, offset: ended.length });
      const known = new Set(ended.map(({ id }) => id));
      ended = [...ended, ...next.matches.filter(({ id }) => !known.has(id))];
      total = next.total;
    } catch (reason) {
      error = (reason as Error).message;
    }
    draw();
  }

  /** Takes what the arena tells about matches: live ones get a card that moves, ended ones a row. */
  function merge(matches: readonly MatchResource[]): void {
    live = matches.filter(({ status }) => status !== 'ended');
    for (const match of matches) {
      if (match.status !== 'ended') continue;
      const at = ended.findIndex(({ id }) => id === match.id);
      if (at >= 0) ended[at] = match;
      else ended.unshift(match);
    }
    ended.sort((a, b) => Date.parse(b.endedAt ?? b.createdAt) - Date.parse(a.endedAt ?? a.createdAt));
    const shown = new Set(
      live
        .filter(({ status }) => status === 'running')
        .slice(0, PREVIEWS)
        .map(({ id }) => id),
    );
    for (const [id, card] of cards) {
      if (shown.has(id)) continue;
      card.leave();
      cards.delete(id);
    }
    for (const id of shown) if (!cards.has(id)) cards.set(id, startCard(id));
  }

  function startCard(id: string): LiveCard {
    const preview = new Preview();
    const card: LiveCard = { preview, scores: new Map(), tick: 0, leave: () => undefined };
    card.leave = spectator.watch(id, {
      answer(answer) {
        if (answer.ok && answer.scene) preview.setScene(answer.scene);
      },
      frame(bytes) {
        const frame = preview.push(bytes);
        card.tick = frame.tick;
        for (const seat of frame.seats) card.scores.set(seat.seat, seat.score);
      },
    });
    return card;
  }

  function draw(): void {
    render(view(), root);
  }

  function view(): TemplateResult {
    // Without contestants there is no result.
    const results = ended.filter(({ seats }) => seats.length > 0);
    return html`
      ${connectionBanner(lost)} ${siteHeader('start')}
      <main class="page start" @dragover=${dragOver} @dragleave=${dragLeave} @drop=${drop}>
        <section>
          <h1 class="section-title">Live now ${live.length > 0 ? html`<i class="live-dot"></i>` : nothing}</h1>
          ${error ? html`<p class="notice error" role="alert">${error} <button class="link" @click=${load}>Try again</button></p>` : nothing}
          ${live.length > 0 ? html`<div class="cards ${live.length === 1 ? 'single' : ''}">${live.map(liveCard)}</div>` : loaded && !error ? emptyState() : nothing}
        </section>
        <div class="columns">
          <section>
            <h2 class="section-title">Results</h2>
            ${
              results.length > 0
                ? html`<ol class="results">
                    ${results.map(resultRow)}
                  </ol>`
                : loaded
                  ? html`<p class="muted">No match has ended yet.</p>`
                  : nothing
            }
            ${ended.length < total ? html`<button class="button quiet" @click=${more}>Older results</button>` : nothing}
          </section>
          <aside>
            ${ratings.length > 0 ? leaders() : nothing}
            <h2 class="section-title">Open a log</h2>
            <label class="drop ${dragging ? 'over' : ''}">
              ${icons.file}
              <span>Drop an <b>.mcap</b> file here, or choose one. It stays on your computer.</span>
              <input type="file" accept=".mcap" @change=${choose} />
            </label>
          </aside>
        </div>
      </main>
    `;
  }

  function liveCard(match: MatchResource): TemplateResult {
    const card = cards.get(match.id);
    const elapsed =
      match.status === 'running'
        ? clockTime((card?.tick || match.tick) * match.tickSeconds)
        : match.status === 'waiting'
          ? 'waiting for agents'
          : 'queued';
    return html`<a class="card" href="/matches/${match.id}">
      <div class="card-picture">
        ${card?.preview.canvas ?? html`<div class="placeholder"></div>`}<span class="badge live"
          >${match.status === 'running' ? 'Live' : 'Soon'}</span
        ><span class="badge time">${elapsed}</span>
      </div>
      <div class="card-body">
        <h3>${title(match)}</h3>
        ${match.seats.length === 0 ? html`<p class="muted">A map with traffic, no contestants</p>` : nothing}
        <ul class="card-seats">
          ${match.seats.map((seat) => {
            const score = card?.scores.get(seat.seat) ?? seat.score;
            return html`<li .style=${`--seat: ${seatColour(seat.seat)}`}>
              <i class="dot"></i><span>${splitVersion(seat.agent).agent}</span
              ><b>${score === null || score === undefined ? '' : score.toFixed(0)}</b>
            </li>`;
          })}
        </ul>
      </div>
    </a>`;
  }

  function resultRow(match: MatchResource): TemplateResult {
    return html`<li class="result">
      <a class="result-main" href="/matches/${match.id}">
        <span class="result-head"
          ><b>${title(match)}</b> ${verification(match)}
          ${match.outcome && match.outcome !== 'finished' ? html`<span class="badge warn">${outcomeText(match.outcome)}</span>` : nothing}</span
        >
        <span class="result-seats">
          ${bySeatScore(match).map((seat) => {
            const delta =
              seat.ratingBefore !== null && seat.ratingAfter !== null ? seat.ratingAfter - seat.ratingBefore : null;
            return html`<span class="result-seat" .style=${`--seat: ${seatColour(seat.seat)}`}
              ><i class="dot"></i
              >${splitVersion(seat.agent).agent}<b>${seat.score === null ? '\u2013' : seat.score.toFixed(1)}</b>${delta === null ? nothing : html`<em class=${delta < 0 ? 'down' : 'up'}>${signed(delta)}</em>`}</span
            >`;
          })}
        </span>
      </a>
      <span class="result-side"
        ><time>${ago(match.endedAt, Date.now())}</time
        >${match.log ? html`<a class="icon-button" href=${match.log} download title="Download the log (MCAP)" aria-label="Download the log">${icons.download}</a>` : nothing}</span
      >
    </li>`;
  }

  function leaders(): TemplateResult {
    return html`<h2 class="section-title">Ranking <a class="more" href="/ranking">all</a></h2>
      <ol class="leaders">
        ${ratings.slice(0, 5).map(
          (entry) =>
            html`<li>
              <a href="/agents/${encodeURIComponent(entry.agentVersion)}"
                ><span class="rank">${entry.rank}</span><span>${entry.agent} <small>${entry.version}</small></span
                ><b>${entry.rating.toFixed(0)}</b></a
              >
            </li>`,
        )}
      </ol>`;
  }

  function dragOver(event: DragEvent): void {
    event.preventDefault();
    if (dragging) return;
    dragging = true;
    draw();
  }
  function dragLeave(): void {
    dragging = false;
    draw();
  }
  function drop(event: DragEvent): void {
    event.preventDefault();
    dragging = false;
    const file = event.dataTransfer?.files[0];
    if (file) openLog(file);
    else draw();
  }
  function choose(event: Event): void {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (file) openLog(file);
  }

  const leaveLobby = spectator.lobby((matches) => {
    merge(matches);
    draw();
  });
  const leaveStatus = spectator.onStatus((connected) => {
    lost = !connected && spectator.wasConnected;
    if (connected && error) void load();
    draw();
  });
  const clock = setInterval(draw, 500);
  const refresh = setInterval(() => void load(), 15_000);
  document.title = 'Gauntlet';
  draw();
  void load();
  void rest.scenarios().then(
    (scenarios: ScenarioResource[]) => {
      titles = new Map(scenarios.map((scenario) => [scenario.id, scenario.title]));
      draw();
    },
    () => undefined, // Ids serve as titles.
  );

  return () => {
    leaveLobby();
    leaveStatus();
    clearInterval(clock);
    clearInterval(refresh);
    for (const card of cards.values()) card.leave();
  };
};

function emptyState(): TemplateResult {
  return html`<div class="empty">
    <p>No match is running. Start one from a terminal:</p>
    <pre><code>npx gauntlet serve --demo</code></pre>
    <p class="muted">
      keeps matches between the reference agents going, here. A single one, with agents of your choice, into a log that
      you can open below:
    </p>
    <pre><code>npx gauntlet run roundabout-v1 --blue lane-keeper --blue cautious --log match.mcap</code></pre>
  </div>`;
}

/** Whether a match's log was re-simulated and agreed, as a badge. */
export function verification(match: MatchResource): TemplateResult | typeof nothing {
  switch (match.verification) {
    case 'verified':
      return html`<span class="badge good" title="The log was re-simulated: every state hash agrees"
        >${icons.check} verified</span
      >`;
    case 'failed':
      return html`<span class="badge bad" title="Re-simulating the log gave other states: this result does not count"
        >not verified</span
      >`;
    case 'pending':
      return match.status === 'ended' ? html`<span class="badge">verifying</span>` : nothing;
    case 'not-applicable':
      return nothing;
  }
}
