import type { SeatId } from '@gauntlet/agents-sdk/protocol';
import { Vector3, type PerspectiveCamera } from 'three';
import type { MatchRecord } from '../state/match-record.ts';
import type { Sample } from '../state/sample.ts';
import type { DrawnText } from './overlays.ts';
import { seatColour } from './palette.ts';

/** Least vertical distance of two labels that would lie on each other, px. */
const ROW = 26;

interface Placed {
  readonly element: HTMLElement;
  x: number;
  y: number;
  readonly depth: number;
  readonly width: number;
}

/** Names above cars, in HTML over the picture: sharp at any distance. Nearer ones keep their place, others make way upwards. */
export class Labels {
  readonly element = document.createElement('div');
  readonly #record: MatchRecord;
  readonly #names = new Map<number, { root: HTMLElement; speed: HTMLElement }>();
  readonly #texts: HTMLElement[] = [];
  readonly #point = new Vector3();

  constructor(record: MatchRecord) {
    this.#record = record;
    this.element.className = 'labels';
    this.element.setAttribute('aria-hidden', 'true');
  }

  /** @param chosen labelled too, though it is no contestant; @param hidden never labelled: the camera sits in it. */
  update(
    sample: Sample,
    camera: PerspectiveCamera,
    width: number,
    height: number,
    show: boolean,
    chosen: number | null,
    hidden: number | null,
    texts: readonly DrawnText[],
  ): void {
    const placed: Placed[] = [];
    const shown = new Set<number>();
    if (show) {
      for (const entity of sample.entities) {
        const seat = this.#record.seatOf(entity.id);
        if ((seat === null && entity.id !== chosen) || entity.id === hidden) continue;
        const tall = this.#record.descriptions.get(entity.id)?.height ?? 1.5;
        const at = this.#project(entity.x, entity.y, entity.z + tall / 2 + 0.9, camera, width, height);
        if (!at) continue;
        const label = this.#nameOf(entity.id, seat);
        const speed = `${Math.round(Math.abs(entity.speed) * 3.6)}`;
        if (label.speed.textContent !== speed) label.speed.textContent = speed;
        label.root.classList.toggle('chosen', entity.id === chosen);
        shown.add(entity.id);
        placed.push({ element: label.root, ...at, width: label.root.offsetWidth || 120 });
      }
    }
    for (const [id, { root }] of this.#names) root.hidden = !shown.has(id);
    this.#separate(placed);
    this.#writeTexts(show ? texts : [], camera, width, height);
  }

  #separate(placed: Placed[]): void {
    placed.sort((a, b) => a.depth - b.depth);
    placed.forEach((label, i) => {
      for (let tries = 0; tries < 6; tries++) {
        const other = placed
          .slice(0, i)
          .find((o) => Math.abs(o.x - label.x) < (o.width + label.width) / 2 && Math.abs(o.y - label.y) < ROW);
        if (!other) break;
        label.y = other.y - ROW;
      }
      label.element.style.transform = `translate(${label.x.toFixed(1)}px, ${label.y.toFixed(1)}px) translate(-50%, -100%)`;
      label.element.style.opacity = String(Math.max(0.35, Math.min(1, 1.4 - label.depth / 220)));
      label.element.style.zIndex = String(1000 - i);
    });
  }

  #writeTexts(texts: readonly DrawnText[], camera: PerspectiveCamera, width: number, height: number): void {
    while (this.#texts.length < texts.length) {
      const element = document.createElement('div');
      element.className = 'drawn-text';
      this.element.append(element);
      this.#texts.push(element);
    }
    this.#texts.forEach((element, i) => {
      const text = texts[i];
      const at = text && this.#project(text.x, text.y, text.z, camera, width, height);
      element.hidden = !at;
      if (!text || !at) return;
      if (element.textContent !== text.text) element.textContent = text.text;
      element.style.color = text.colour;
      element.style.transform = `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px) translate(-50%, -100%)`;
    });
  }

  #project(
    x: number,
    y: number,
    z: number,
    camera: PerspectiveCamera,
    width: number,
    height: number,
  ): { x: number; y: number; depth: number } | null {
    const depth = camera.position.distanceTo(this.#point.set(x, y, z));
    this.#point.project(camera);
    if (this.#point.z > 1 || Math.abs(this.#point.x) > 1.1 || Math.abs(this.#point.y) > 1.1) return null;
    return { x: ((this.#point.x + 1) / 2) * width, y: ((1 - this.#point.y) / 2) * height, depth };
  }

  #nameOf(id: number, seat: SeatId | null): { root: HTMLElement; speed: HTMLElement } {
    const known = this.#names.get(id);
    if (known) return known;
    const root = document.createElement('div');
    root.className = 'label';
    const name = document.createElement('b');
    const agent = this.#record.scene.seats.find((candidate) => candidate.seat === seat)?.agent.split('@')[0];
    name.textContent = agent ?? `${this.#record.descriptions.get(id)?.class ?? 'entity'} ${id}`;
    if (seat) root.style.setProperty('--seat', seatColour(seat));
    const speed = document.createElement('span');
    const unit = document.createElement('small');
    unit.textContent = 'km/h';
    root.append(name, speed, unit);
    this.element.append(root);
    this.#names.set(id, { root, speed });
    return { root, speed };
  }
}
