import type { MatchResource, RatingPoint } from '@gauntlet/agents-sdk/protocol';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { rest } from '../net/rest.ts';
import { ratingChart } from './chart.ts';
import { ago, outcomeText, scenarioWords, signed, splitVersion } from './format.ts';
import { messagePage, siteHeader, type Page } from './shell.ts';
import { verification } from './start-page.ts';

/** The page of one agent version: how its rating went, and its matches. */
export function agentPage(id: string): Page {
  return ({ root }) => {
    let history: RatingPoint[] | null = null;
    let matches: MatchResource[] = [];
    const { agent, version } = splitVersion(id);
    let gone = false;

    function draw(): void {
      const last = history?.at(-1);
      render(
        html`${siteHeader(null)}
          <main class="page narrow">
            <h1 class="section-title">${agent} <small>${version}</small></h1>
            ${
              last
                ? html`<p class="figures">
                    <span><b>${last.after.toFixed(0)}</b> rating</span><span><b>${history!.length}</b> rated games</span
                    ><span><b>${history!.filter(({ place }) => place === 1).length}</b> won</span>
                  </p>`
                : nothing
            }
            ${history && history.length > 0 ? html`<div class="chart-box">${ratingChart(history)}</div>` : history ? html`<p class="muted">Not rated yet.</p>` : nothing}
            ${
              matches.length > 0
                ? html`<h2 class="section-title">Matches</h2>
                    <ol class="results">
                      ${matches.map(row)}
                    </ol>`
                : nothing
            }
          </main>`,
        root,
      );
    }

    function row(match: MatchResource): TemplateResult {
      const seat = match.seats.find((candidate) => candidate.agent === id);
      const delta =
        seat && seat.ratingBefore !== null && seat.ratingAfter !== null ? seat.ratingAfter - seat.ratingBefore : null;
      return html`<li class="result">
        <a class="result-main" href="/matches/${match.id}${seat ? `?follow=${seat.seat}` : ''}">
          <span class="result-head"
            ><b>${scenarioWords(match.scenario)}</b>
            ${match.status === 'ended' ? verification(match) : html`<span class="badge live">Live</span>`}</span
          >
          <span class="result-seats"
            ><span>${seat?.seat}</span><span>${outcomeText(seat?.outcome ?? null)}</span
            ><span>score <b>${seat?.score?.toFixed(1) ?? '\u2013'}</b></span
            >${delta === null ? nothing : html`<em class=${delta < 0 ? 'down' : 'up'}>${signed(delta)}</em>`}</span
          >
        </a>
        <span class="result-side"><time>${ago(match.endedAt, Date.now())}</time></span>
      </li>`;
    }

    document.title = `${agent} - Gauntlet`;
    draw();
    void Promise.all([rest.ratingHistory(id), rest.matches({ agent: id, limit: 50 })]).then(
      ([points, list]) => {
        if (gone) return;
        history = [...points].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
        matches = list.matches;
        draw();
      },
      (reason: Error) => {
        if (!gone)
          render(
            messagePage(
              'This agent cannot be shown',
              reason.message,
              html`<a class="button" href="/ranking">Ranking</a>`,
            ),
            root,
          );
      },
    );
    return () => {
      gone = true;
    };
  };
}
