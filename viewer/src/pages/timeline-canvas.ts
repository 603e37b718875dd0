import type { MatchEvent, SeatId } from '@gauntlet/agents-sdk/protocol';
import { seatColour } from '../scene/palette.ts';
import type { MatchRecord } from '../state/match-record.ts';

/** Height of the band of marks above the graph, px. */
const MARKS = 12;

export interface TimelineSpan {
  readonly start: number;
  readonly end: number;
}

/** Draws the marks of events and the speed of each seat over the whole match. */
export function drawTimeline(
  canvas: HTMLCanvasElement,
  record: MatchRecord,
  span: TimelineSpan,
  followed: SeatId | null,
): void {
  // Drawn by the processor: it changes seldom, and where there is no graphics card the other way is slower by far.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const ratio = Math.min(2, devicePixelRatio);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!context || width === 0 || height === 0) return;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const length = Math.max(1e-6, span.end - span.start);
  const x = (time: number) => ((time - span.start) / length) * width;
  const { tickSeconds } = record.scene;

  context.fillStyle = 'rgba(255, 255, 255, 0.06)';
  context.fillRect(0, MARKS, width, height - MARKS);

  const top = Math.max(5, ...[...record.speeds.values()].map((series) => series.max()));
  for (const { seat } of record.scene.seats) {
    const series = record.speeds.get(seat);
    if (!series) continue;
    const chosen = seat === followed;
    context.strokeStyle = seatColour(seat);
    context.globalAlpha = chosen ? 1 : followed === null ? 0.7 : 0.3;
    context.lineWidth = chosen ? 1.8 : 1.1;
    context.beginPath();
    let drawing = false;
    for (let px = 0; px <= width; px += 2) {
      const tick = Math.round((span.start + (px / width) * length) / tickSeconds);
      const speed = series.at(tick);
      if (Number.isNaN(speed)) {
        // A frame that was skipped leaves no hole; a part not read yet does.
        if (Number.isNaN(series.at(tick - 1)) && Number.isNaN(series.at(tick + 1))) drawing = false;
        continue;
      }
      const y = height - 2 - (Math.max(0, speed) / top) * (height - MARKS - 5);
      if (drawing) context.lineTo(px, y);
      else context.moveTo(px, y);
      drawing = true;
    }
    context.stroke();
  }
  context.globalAlpha = 1;
  for (const event of record.events) drawMark(context, event, x(event.tick * tickSeconds));
}

function drawMark(context: CanvasRenderingContext2D, event: MatchEvent, x: number): void {
  if (event.kind === 'connected' || event.kind === 'start') return;
  context.fillStyle = eventColour(event);
  context.beginPath();
  if (event.infraction) {
    context.moveTo(x, 1);
    context.lineTo(x + 4.5, 5.5);
    context.lineTo(x, 10);
    context.lineTo(x - 4.5, 5.5);
  } else context.arc(x, 5.5, 2.6, 0, 2 * Math.PI);
  context.fill();
}

export function eventColour(event: MatchEvent): string {
  if (event.infraction) return '#ff6b5e';
  if (event.kind === 'goal') return '#4ade80';
  if (event.kind === 'missed' || event.kind === 'forfeit' || event.kind === 'disconnected') return '#fbbf24';
  return '#a9b6c6';
}
