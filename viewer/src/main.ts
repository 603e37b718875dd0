import { render } from 'lit-html';
import { Spectator } from './net/spectator.ts';
import { agentPage } from './pages/agent-page.ts';
import { matchPage } from './pages/match-page.ts';
import { rankingPage } from './pages/ranking-page.ts';
import { messagePage, type Page } from './pages/shell.ts';
import { startPage } from './pages/start-page.ts';
import './style/base.css';
import './style/pages.css';
import './style/match.css';

/** Where a log from the person's own disk is shown. */
const OWN_LOG = '/matches/own-log';

const app = document.getElementById('app')!;
const spectator = new Spectator();
let leave: () => void = () => undefined;
let ownLog: File | null = null;

function pageAt(path: string): Page {
  if (path === '/' || path === '/matches') return startPage;
  if (path === '/ranking' || path === '/agents') return rankingPage;
  if (path === OWN_LOG) return ownLog ? matchPage(null, ownLog) : startPage;
  const [, kind, id] = /^\/(matches|agents)\/([^/]+)$/.exec(path) ?? [];
  if (kind === 'matches' && id) return matchPage(decodeURIComponent(id), null);
  if (kind === 'agents' && id) return agentPage(decodeURIComponent(id));
  return ({ root }) => {
    render(messagePage('There is nothing here', 'The address may have a typing error.'), root);
    return () => undefined;
  };
}

function show(): void {
  leave();
  // A fresh root: nothing of the last page's rendering can stay behind.
  const root = document.createElement('div');
  root.className = 'root';
  app.replaceChildren(root);
  leave = pageAt(location.pathname)({ root, spectator, go, openLog });
  window.scrollTo(0, 0);
}

function go(path: string): void {
  history.pushState(null, '', path);
  show();
}

function openLog(file: File): void {
  ownLog = file;
  go(OWN_LOG);
}

window.addEventListener('popstate', show);
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest?.('a');
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const href = link?.getAttribute('href');
  if (!href?.startsWith('/') || href.startsWith('/api/') || link?.hasAttribute('download') || !plain) return;
  event.preventDefault();
  go(href);
});
// A file dropped beside the place for it would replace the page.
window.addEventListener('dragover', (event) => event.preventDefault());
window.addEventListener('drop', (event) => event.preventDefault());
show();
