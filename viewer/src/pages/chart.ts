import type { RatingPoint } from '@gauntlet/agents-sdk/protocol';
import { html, svg, type TemplateResult } from 'lit-html';

const WIDTH = 760;
const HEIGHT = 240;
const LEFT = 46;
const BOTTOM = 26;
const TOP = 12;

/** Ratings after each match, oldest first, as a line. A point leads to its match. */
export function ratingChart(points: readonly RatingPoint[]): TemplateResult {
  const values = points.flatMap(({ before, after }, i) => (i === 0 ? [before, after] : [after]));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = niceStep((high - low) / 3 || 10);
  const from = Math.floor(low / step) * step;
  const to = Math.max(from + step, Math.ceil(high / step) * step);
  const x = (i: number) => LEFT + (i / Math.max(1, values.length - 1)) * (WIDTH - LEFT - 14);
  const y = (value: number) => TOP + (1 - (value - from) / (to - from)) * (HEIGHT - TOP - BOTTOM);
  const lines: number[] = [];
  for (let value = from; value <= to + step / 2; value += step) lines.push(value);
  const path = values.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const day = (time: string) => new Date(time).toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
  return html`<svg
    class="chart"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="Rating over matches, from ${values[0]?.toFixed(0)} to ${values.at(-1)?.toFixed(0)}"
  >
    <defs>
      <linearGradient id="chart-fill" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stop-color="#2f8cff" stop-opacity="0.35" />
        <stop offset="1" stop-color="#2f8cff" stop-opacity="0" />
      </linearGradient>
    </defs>
    ${lines.map((value) => svg`<line x1=${LEFT} x2=${WIDTH - 8} y1=${y(value)} y2=${y(value)} class="grid" /><text x=${LEFT - 8} y=${y(value) + 4} class="axis" text-anchor="end">${value.toFixed(0)}</text>`)}
    <path
      d="${path}L${x(values.length - 1).toFixed(1)} ${HEIGHT - BOTTOM}L${LEFT} ${HEIGHT - BOTTOM}Z"
      fill="url(#chart-fill)"
    />
    <path d=${path} class="line" />
    ${points.map((point, i) => svg`<a href="/matches/${point.match}"><circle cx=${x(i + 1)} cy=${y(point.after)} r="4" class="point"><title>${point.scenario}: ${point.before.toFixed(1)} to ${point.after.toFixed(1)}</title></circle></a>`)}
    ${points.length > 0 ? svg`<text x=${LEFT} y=${HEIGHT - 6} class="axis">${day(points[0]!.at)}</text><text x=${WIDTH - 8} y=${HEIGHT - 6} class="axis" text-anchor="end">${day(points.at(-1)!.at)}</text>` : ''}
  </svg>`;
}

/** The next 1, 2 or 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}
