import type { RatingResource } from '@gauntlet/agents-sdk/protocol';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { rest } from '../net/rest.ts';
import { signed } from './format.ts';
import { siteHeader, type Page } from './shell.ts';

export const rankingPage: Page = ({ root, spectator }) => {
  let ratings: RatingResource[] | null = null;
  let error: string | null = null;

  async function load(): Promise<void> {
    try {
      ratings = await rest.ratings();
      error = null;
    } catch (reason) {
      error = (reason as Error).message;
    }
    draw();
  }

  function draw(): void {
    render(
      html`${siteHeader('ranking')}
        <main class="page narrow">
          <h1 class="section-title">Ranking</h1>
          <p class="muted">Elo after each match whose log was re-simulated and agreed. Agents are rated by version.</p>
          ${error ? html`<p class="notice error" role="alert">${error} <button class="link" @click=${load}>Try again</button></p>` : nothing}
          ${ratings?.length === 0 ? html`<p class="muted">Nobody is rated yet. The first verified match changes that.</p>` : nothing}
          ${ratings && ratings.length > 0 ? table(ratings) : nothing}
        </main>`,
      root,
    );
  }

  document.title = 'Ranking - Gauntlet';
  draw();
  void load();
  // A match that was just verified moves ratings.
  return spectator.lobby(() => void load());
};

function table(ratings: readonly RatingResource[]): TemplateResult {
  return html`<table class="ranking">
    <thead>
      <tr>
        <th>#</th>
        <th>Agent</th>
        <th class="number">Rating</th>
        <th class="number">Last</th>
        <th class="number">Games</th>
      </tr>
    </thead>
    <tbody>
      ${ratings.map(
        (entry) =>
          html`<tr>
            <td class="rank">${entry.rank}</td>
            <td>
              <a href="/agents/${encodeURIComponent(entry.agentVersion)}"
                ><b>${entry.agent}</b> <small>${entry.version}</small></a
              >
            </td>
            <td class="number"><b>${entry.rating.toFixed(0)}</b></td>
            <td class="number">
              ${entry.lastDelta === null ? '\u2013' : html`<em class=${entry.lastDelta < 0 ? 'down' : 'up'}>${signed(entry.lastDelta)}</em>`}
            </td>
            <td class="number">${entry.games}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
