import type { EntityClass, SignalState } from '@gauntlet/agents-sdk/protocol';
import { SIGNAL_STATES } from '@gauntlet/agents-sdk/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { laneLength } from '../ground/lane-shape.ts';
import type { MatchPlayer } from './match-player.ts';

const NAMES: readonly (readonly [EntityClass, string])[] = [
  ['car', 'Cars'],
  ['van', 'Vans'],
  ['truck', 'Trucks'],
  ['bus', 'Buses'],
  ['bicycle', 'Bicycles'],
  ['pedestrian', 'People on foot'],
];
const COLOURS: readonly (readonly [SignalState, string])[] = [
  ['green', '#2fd36b'],
  ['amber', '#ffb300'],
  ['flashing-amber', '#ffb300'],
  ['red-amber', '#ff7a26'],
  ['red', '#ff3b30'],
  ['off', '#5a636c'],
];

/** What there is on a map without contestants, and how it fares. A click follows one after another of a kind. */
export function trafficPanel(player: MatchPlayer): TemplateResult {
  const { sample } = player;
  const { map } = player.source.record.scene;
  const { descriptions } = player.source.record;
  const kinds = new Map<EntityClass, { ids: number[]; speed: number }>();
  for (const { id, speed } of sample?.entities ?? []) {
    const kind = descriptions.get(id)?.class ?? 'car';
    const known = kinds.get(kind) ?? { ids: [], speed: 0 };
    known.ids.push(id);
    known.speed += Math.abs(speed);
    kinds.set(kind, known);
  }
  const { follow } = player.view.rig;
  const next = (ids: readonly number[]) => () =>
    player.follow(ids[(ids.indexOf(follow ?? -1) + 1) % ids.length] ?? null);
  const driving = map.lanes.filter(({ kind }) => kind === 'driving');
  return html`<section class="traffic">
    <h2>Traffic</h2>
    <ul>
      ${NAMES.map(([kind, name]) => {
        const there = kinds.get(kind);
        if (!there) return nothing;
        const kmh = (there.speed / there.ids.length) * 3.6;
        return html`<li>
          <button
            class=${follow !== null && there.ids.includes(follow) ? 'followed' : ''}
            title="Follow one of them; again for the next"
            @click=${next(there.ids)}
          >
            <span>${name}</span><b>${there.ids.length}</b><small>${kmh.toFixed(0)} km/h</small>
          </button>
        </li>`;
      })}
    </ul>
    ${map.signals.length > 0 ? signalRow(sample?.signals ?? new Uint8Array(), map.signals.length) : nothing}
    <p class="muted">
      ${length(driving)} of lanes, ${driving.length}
      pieces${map.crossings.length > 0 ? html`, ${map.crossings.length} crossings` : nothing}
    </p>
  </section>`;
}

/** How many signals show what. */
function signalRow(states: Uint8Array, count: number): TemplateResult {
  const shown = new Map<SignalState, number>();
  for (const code of states) {
    const state = SIGNAL_STATES[code] ?? 'off';
    shown.set(state, (shown.get(state) ?? 0) + 1);
  }
  return html`<div class="signals" title="What the ${count} signals show">
    <span>Signals</span>
    ${COLOURS.map(([state, colour]) =>
      shown.has(state)
        ? html`<span title=${state.replace('-', ' ')}
            ><i .style=${`background: ${colour}`}></i>${shown.get(state)}</span
          >`
        : nothing,
    )}
  </div>`;
}

function length(lanes: Parameters<typeof laneLength>[0][]): string {
  const metres = lanes.reduce((sum, lane) => sum + laneLength(lane), 0);
  return metres < 10_000 ? `${(metres / 1000).toFixed(1)} km` : `${(metres / 1000).toFixed(0)} km`;
}
