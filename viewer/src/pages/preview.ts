import { decodeFrame, type Frame, type Scene } from '@gauntlet/agents-sdk/protocol';
import { mapBounds } from '../ground/bounds.ts';
import { seatColour } from '../scene/palette.ts';

/** A small moving map of a live match, drawn flat: cheap enough for a page full of them. */
export class Preview {
  readonly canvas = document.createElement('canvas');
  #scene: Scene | null = null;
  #road: Path2D | null = null;
  #centre: { x: number; y: number } | null = null;
  /** The rectangle about all lanes, m. */
  #whole = { x: 0, y: 0, width: 1, height: 1 };
  #sizes = new Map<number, { length: number; width: number }>();

  setScene(scene: Scene): void {
    this.#scene = scene;
    this.#road = new Path2D();
    for (const lane of scene.map.lanes) {
      const points = lane.left.length / 3;
      if (points > 0) this.#road.moveTo(lane.left[0]!, lane.left[1]!);
      for (let i = 1; i < points; i++) this.#road.lineTo(lane.left[3 * i]!, lane.left[3 * i + 1]!);
      for (let i = points - 1; i >= 0; i--) this.#road.lineTo(lane.right[3 * i]!, lane.right[3 * i + 1]!);
      this.#road.closePath();
    }
    for (const entity of scene.entities) this.#sizes.set(entity.id, entity);
    const { minX, minY, maxX, maxY } = mapBounds(scene.map);
    this.#whole = { x: (minX + maxX) / 2, y: (minY + maxY) / 2, width: maxX - minX + 20, height: maxY - minY + 20 };
  }

  /** What the match is called, once that is known. */
  get title(): string | null {
    return this.#scene?.title ?? null;
  }

  push(bytes: Uint8Array): Frame {
    const frame = decodeFrame(bytes);
    for (const entity of frame.spawned) this.#sizes.set(entity.id, entity);
    // An unseen canvas costs nothing.
    if (this.canvas.isConnected && this.canvas.clientWidth > 0) this.#draw(frame);
    return frame;
  }

  #draw(frame: Frame): void {
    const context = this.canvas.getContext('2d');
    if (!context || !this.#scene || !this.#road) return;
    const ratio = Math.min(2, devicePixelRatio);
    const width = Math.round(this.canvas.clientWidth * ratio);
    const height = Math.round(this.canvas.clientHeight * ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const seats = new Map(this.#scene.seats.map((seat) => [seat.entity, seat.seat]));
    const contestants = frame.entities.filter(({ id }) => seats.has(id));
    const wanted = middle(contestants.length > 0 ? contestants : frame.entities);
    const centre = (this.#centre ??= wanted);
    centre.x += (wanted.x - centre.x) * 0.08;
    centre.y += (wanted.y - centre.y) * 0.08;
    const whole = this.#scene.seats.length === 0 ? this.#whole : null;
    if (whole) Object.assign(centre, { x: whole.x, y: whole.y });
    const reach = Math.max(
      32,
      ...contestants.map(
        ({ x, y }) => Math.max(Math.abs(x - centre.x) * (height / width), Math.abs(y - centre.y)) + 12,
      ),
    );
    const scale = whole
      ? Math.min(width / whole.width, height / whole.height) * 0.94
      : height / 2 / Math.min(90, reach);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = '#1a2126';
    context.fillRect(0, 0, width, height);
    context.setTransform(scale, 0, 0, -scale, width / 2 - centre.x * scale, height / 2 + centre.y * scale);
    context.fillStyle = '#343c45';
    context.fill(this.#road);
    for (const entity of frame.entities) {
      const seat = seats.get(entity.id);
      const size = this.#sizes.get(entity.id) ?? { length: 4.5, width: 1.8 };
      // Larger than life, so that a contestant can be seen at this size.
      const zoom = whole ? Math.max(1.15, (5 * ratio) / (scale * size.length)) : seat ? 1.5 : 1.15;
      const [cos, sin] = [Math.cos(entity.yaw), Math.sin(entity.yaw)];
      context.setTransform(
        scale * cos * zoom,
        -scale * sin * zoom,
        -scale * sin * zoom,
        -scale * cos * zoom,
        width / 2 + (entity.x - centre.x) * scale,
        height / 2 - (entity.y - centre.y) * scale,
      );
      context.fillStyle = seat ? seatColour(seat) : whole ? '#dfe6ec' : '#98a3af';
      context.beginPath();
      context.roundRect(-size.length / 2, -size.width / 2, size.length, size.width, 0.5);
      context.fill();
    }
  }
}

function middle(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  const count = Math.max(1, points.length);
  return { x: points.reduce((sum, { x }) => sum + x, 0) / count, y: points.reduce((sum, { y }) => sum + y, 0) / count };
}
