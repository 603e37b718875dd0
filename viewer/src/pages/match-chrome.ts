import type { MatchResource } from '@gauntlet/agents-sdk/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { CameraMode } from '../scene/camera-rig.ts';
import type { Layers } from '../scene/overlays.ts';
import { outcomeText } from './format.ts';
import { icons } from './icons.ts';
import { KEYS } from './match-keys.ts';
import type { MatchPlayer } from './match-player.ts';
import { brand } from './shell.ts';
import { verification } from './start-page.ts';

/** Which of the things that open is open. */
export type Open = 'layers' | 'help' | null;

export interface ChromeActions {
  share(): void;
  open(what: Open): void;
}

/** The bar at the top: what is watched, and what can be asked for. */
export function topBar(
  player: MatchPlayer,
  match: MatchResource | null,
  open: Open,
  actions: ChromeActions,
): TemplateResult {
  const { scene } = player.source.record;
  const live = player.source.growing;
  return html`<header class="top-bar">
    ${brand()}
    <div class="top-title">
      <h1>${scene.title}</h1>
      ${live ? html`<span class="badge live">Live</span>` : match ? html`<span class="badge kind">Replay</span>${verification(match)}` : html`<span class="badge kind">Log file</span>`}
      ${match?.outcome && match.outcome !== 'finished' ? html`<span class="badge warn">${outcomeText(match.outcome)}</span>` : nothing}
    </div>
    <div class="top-actions">
      ${match?.log ? html`<a class="icon-button wide-only" href=${match.log} download aria-label="Download the log" title="Download the log (MCAP)">${icons.download}</a>` : nothing}
      ${match ? html`<button class="icon-button" aria-label="Copy a link to this moment" title="Copy a link to this moment" @click=${() => actions.share()}>${icons.share}</button>` : nothing}
      <button
        class="icon-button"
        aria-label="What is shown"
        title="What is shown"
        aria-expanded=${open === 'layers'}
        @click=${() => actions.open(open === 'layers' ? null : 'layers')}
      >
        ${icons.layers}
      </button>
      <button
        class="icon-button wide-only"
        aria-label="Keys"
        title="Keys (?)"
        aria-expanded=${open === 'help'}
        @click=${() => actions.open(open === 'help' ? null : 'help')}
      >
        ${icons.help}
      </button>
    </div>
  </header>`;
}

const CAMERAS: readonly (readonly [CameraMode, string, string])[] = [
  ['orbit', 'Orbit', 'O'],
  ['chase', 'Chase', 'V'],
  ['driver', 'Driver', 'D'],
  ['top', 'Top', 'T'],
];

export function cameraButtons(player: MatchPlayer): TemplateResult {
  return html`<div class="cameras" role="group" aria-label="Camera">
    ${CAMERAS.map(
      ([mode, name, key]) =>
        html`<button
          aria-pressed=${player.view.rig.mode === mode}
          title="${name} camera (${key})"
          @click=${() => player.setCamera(mode)}
        >
          ${icons[mode]}<span>${name}</span>
        </button>`,
    )}
  </div>`;
}

const LAYERS: readonly (readonly [keyof Layers, string, string])[] = [
  ['routes', 'Routes', 'R'],
  ['lidar', 'Lidar of the followed car', 'L'],
  ['labels', 'Names', 'N'],
  ['drawings', 'What agents draw', 'G'],
  ['shadows', 'Shadows', 'H'],
];

export function layersMenu(player: MatchPlayer): TemplateResult {
  const { layers, quality } = player.settings;
  return html`<div class="popover" role="group" aria-label="What is shown">
    ${LAYERS.map(
      ([layer, name, key]) =>
        html`<label
          ><input type="checkbox" .checked=${layers[layer]} @change=${() => player.toggleLayer(layer)} /><span
            >${name}</span
          ><kbd>${key}</kbd></label
        >`,
    )}
    <div class="segments" role="group" aria-label="Picture quality">
      ${(['auto', 'high', 'low'] as const).map((choice) => html`<button aria-pressed=${quality === choice} @click=${() => player.setQuality(choice)}>${choice}</button>`)}
    </div>
    ${aboutLog(player.source.header)}
    <p class="muted">${player.view.fps.toFixed(0)} pictures a second</p>
  </div>`;
}

/** What a log says of its origin, for those who want to run the match again. */
function aboutLog(header: ReadonlyMap<string, string>): TemplateResult | typeof nothing {
  if (header.size === 0) return nothing;
  const fields = ['scenario', 'behaviorVersion', 'seed', 'clock', 'build', 'rapier', 'node', 'startedAt'];
  return html`<details>
    <summary>About this log</summary>
    <dl>
      ${fields.map((field) =>
        header.has(field)
          ? html`<dt>${field}</dt>
              <dd>${header.get(field)}</dd>`
          : nothing,
      )}
    </dl>
  </details>`;
}

export function helpDialog(close: () => void): TemplateResult {
  return html`<div class="veil" @click=${close}>
    <section class="help" role="dialog" aria-label="Keys" @click=${(event: Event) => event.stopPropagation()}>
      <button class="icon-button close" aria-label="Close" @click=${close}>${icons.close}</button>
      <h2>Keys</h2>
      <dl>
        ${KEYS.map(
          ([keys, what]) =>
            html`<dt>${keys.split(' ').map((key) => (key === '\u2013' ? key : html`<kbd>${key}</kbd>`))}</dt>
              <dd>${what}</dd>`,
        )}
      </dl>
      <p class="muted">
        Drag to turn, right drag or two fingers to move, wheel or pinch to zoom. Click or tap a car to follow it.
      </p>
    </section>
  </div>`;
}
