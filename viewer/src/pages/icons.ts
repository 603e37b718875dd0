import { svg, type SVGTemplateResult } from 'lit-html';
import { html, type TemplateResult } from 'lit-html';

function icon(body: SVGTemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${body}</svg>`;
}

const line = (d: string) =>
  icon(
    svg`<path d=${d} fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" />`,
  );
const solid = (d: string) => icon(svg`<path d=${d} fill="currentColor" />`);

export const icons = {
  play: solid('M8 5.2v13.6a.8.8 0 0 0 1.2.7l10.6-6.8a.8.8 0 0 0 0-1.4L9.200 4.500A.8.8 0 0 0 8 5.200z'),
  pause: solid('M7 5h3.400v14H7zM13.600 5H17v14h-3.400z'),
  back: line('M11 7 5 12l6 5M19 7l-6 5 6 5'),
  forward: line('m13 7 6 5-6 5M5 7l6 5-6 5'),
  share: line('M12 15V4m0 0L8 8m4-4 4 4M5 13v6h14v-6'),
  layers: line('m12 4 8 4.500-8 4.500-8-4.500zM4 13l8 4.500L20 13'),
  help: line('M9.200 9a2.900 2.900 0 1 1 4.300 2.600c-1 .6-1.500 1.100-1.500 2.200M12 17.500v.1'),
  close: line('m6 6 12 12M18 6 6 18'),
  orbit: line(
    'M12 12m-2.500 0a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0M3 12c0-2.200 4-4 9-4s9 1.800 9 4-4 4-9 4-9-1.800-9-4',
  ),
  chase: line('M5 17h14v-4l-2-5H7l-2 5zM7.500 17v2M16.500 17v2M6 13h12'),
  driver: line(
    'M12 12m-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0M12 12m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M4.300 11h5.700M14 11h5.700M12 14v6',
  ),
  top: line('M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M12 9v6M9 12h6'),
  check: line('m5 12.500 4.500 4.500L19 7.500'),
  file: line('M7 3.500h7l4 4v13H7zM14 3.500v4h4'),
  download: line('M12 4v11m0 0 4-4m-4 4-4-4M5 19h14'),
  seats: line(
    'M5 19c0-3.500 3-5.500 7-5.500s7 2 7 5.500M12 10.500m-3.500 0a3.500 3.500 0 1 0 7 0a3.500 3.500 0 1 0-7 0',
  ),
  feed: line('M5 7h14M5 12h14M5 17h9'),
} as const;
