import { html, nothing, type TemplateResult } from 'lit-html';
import type { Spectator } from '../net/spectator.ts';

/** What every page gets. A page renders into `root` and returns how to leave it. */
export interface PageContext {
  readonly root: HTMLElement;
  readonly spectator: Spectator;
  /** Goes to an address of this viewer without a reload. */
  go(path: string): void;
  /** Opens a log from the person's own disk. */
  openLog(file: File): void;
}
export type Page = (context: PageContext) => () => void;

export function brand(): TemplateResult {
  return html`<a class="brand" href="/" aria-label="Gauntlet, start page">
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 25 13 7h3.200l-7 18z" fill="#2f8cff" />
      <path d="M28 25 19 7h-3.200l7 18z" fill="#ff4d5e" />
      <path d="M15 12h2v3h-2zM15 17.500h2V21h-2zM15 23.500h2V26h-2z" fill="currentColor" />
    </svg>
    <span>Gauntlet</span>
  </a>`;
}

/** The head of the plain pages. */
export function siteHeader(current: 'start' | 'ranking' | null): TemplateResult {
  const link = (href: string, name: string, here: boolean) =>
    html`<a href=${href} aria-current=${here ? 'page' : 'false'}>${name}</a>`;
  return html`<header class="site-header">
    ${brand()}
    <nav>${link('/', 'Matches', current === 'start')} ${link('/ranking', 'Ranking', current === 'ranking')}</nav>
  </header>`;
}

/** A bar that tells of a lost connection, while it is lost. */
export function connectionBanner(lost: boolean): TemplateResult | typeof nothing {
  return lost
    ? html`<div class="banner" role="status"><i class="spinner"></i> Connection to the arena lost. Trying again.</div>`
    : nothing;
}

/** A whole page that says what is wrong and what to do. */
export function messagePage(title: string, text: string, action?: TemplateResult): TemplateResult {
  return html`${siteHeader(null)}
    <main class="message-page">
      <h1>${title}</h1>
      <p>${text}</p>
      ${action ?? html`<a class="button" href="/">All matches</a>`}
    </main>`;
}
