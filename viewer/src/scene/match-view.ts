import { Vector3 } from 'three';
import { mapBounds } from '../ground/bounds.ts';
import { surveyGround } from '../ground/ground.ts';
import type { MatchRecord } from '../state/match-record.ts';
import type { Sample } from '../state/sample.ts';
import { CameraRig } from './camera-rig.ts';
import { attachGestures } from './gestures.ts';
import { buildLandscape } from './landscape.ts';
import { Labels } from './labels.ts';
import { Overlays, type Layers } from './overlays.ts';
import { buildRoads } from './roads.ts';
import { Signals } from './signals.ts';
import { Stage, type Quality } from './stage.ts';
import { buildStructures } from './structures.ts';
import { Vehicles } from './vehicles.ts';

/** After so long without a change the picture is drawn once more, as finely as can be, s. */
const STILL = 0.6;
/** How near to a car a tap must be to choose it, px. */
const TAP_REACH = 34;

/** The picture of one match. It is told what to show; it knows nothing of where that comes from. */
export class MatchView {
  readonly rig: CameraRig;
  readonly #stage: Stage;
  readonly #vehicles: Vehicles;
  readonly #signals: Signals;
  readonly #overlays: Overlays;
  readonly #labels: Labels;
  readonly #record: MatchRecord;
  readonly #host: HTMLElement;
  #layers: Layers = { routes: true, lidar: true, labels: true, drawings: true, shadows: true };
  readonly #canvas = document.createElement('canvas');
  readonly #observer: ResizeObserver;
  readonly #detach: () => void;
  #sample: Sample | null = null;
  #drawn = '';
  /** How long nothing has changed, s. */
  #still = 0;
  /** Rises with everything that changes the picture beside time and camera. */
  #changes = 0;

  /**
   * @param host the element to fill. @param chosen is told of taps: an entity, or null for bare ground.
   * @throws Error when the browser has no WebGL.
   */
  constructor(host: HTMLElement, record: MatchRecord, chosen: (entity: number | null) => void) {
    this.#host = host;
    this.#record = record;
    this.#stage = new Stage(this.#canvas);
    const { map } = record.scene;
    const ground = surveyGround(map);
    this.rig = new CameraRig(mapBounds(map), (x, y) => ground.terrain.at(x, y));
    this.#vehicles = new Vehicles(record, this.#stage.fine);
    this.#signals = new Signals(ground);
    this.#overlays = new Overlays(record, ground);
    this.#labels = new Labels(record);
    this.#stage.scene.add(
      buildLandscape(ground, this.#stage.fine),
      buildRoads(ground),
      buildStructures(ground),
      this.#signals.group,
      this.#overlays.group,
      this.#vehicles.group,
    );
    host.append(this.#canvas, this.#labels.element);
    this.#detach = attachGestures(this.#canvas, this.rig, (x, y) => chosen(this.#pick(x, y)));
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    this.#resize();
  }

  /** Pictures a second. */
  get fps(): number {
    return this.#stage.fps;
  }

  setQuality(quality: Quality): void {
    this.#changes++;
    this.#stage.setQuality(quality);
  }

  /** Shows what is given, and nothing of the other layers. */
  setLayers(layers: Layers): void {
    this.#layers = { ...layers };
    this.#changes++;
    this.#stage.setShadows(layers.shadows);
  }

  /** @param seconds of wall time since the last picture. */
  draw(sample: Sample, seconds: number): void {
    this.#sample = sample;
    const { rig } = this;
    const followed = rig.follow === null ? undefined : sample.entities.find(({ id }) => id === rig.follow);
    const description = followed && this.#record.descriptions.get(followed.id);
    rig.update(followed, description?.length ?? 4.5, description?.height ?? 1.5, Math.min(0.4, seconds));
    // A picture that would be the same is not drawn again: a paused match costs nothing.
    const key = `${sample.time} ${this.#changes} ${rig.camera.matrixWorld.elements.join()} ${rig.camera.fov} ${rig.follow}`;
    this.#still = key === this.#drawn ? this.#still + seconds : 0;
    if (key === this.#drawn) {
      if (this.#still < STILL || this.#still - seconds >= STILL) return;
      this.#stage.drawStill(rig);
      return;
    }
    this.#drawn = key;
    this.#vehicles.update(sample.entities, sample.time, rig.inside);
    this.#signals.update(sample.signals, sample.time);
    const texts = this.#overlays.update(sample, this.#layers, rig.follow, rig.inside);
    this.#stage.draw(rig, seconds);
    this.#labels.update(
      sample,
      rig.camera,
      this.#host.clientWidth,
      this.#host.clientHeight,
      this.#layers.labels,
      rig.follow,
      rig.inside,
      texts,
    );
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#detach();
    this.#stage.dispose();
    this.#canvas.remove();
    this.#labels.element.remove();
  }

  #resize(): void {
    this.#changes++;
    this.#stage.resize(this.#host.clientWidth, this.#host.clientHeight, this.rig.camera);
  }

  /** The entity nearest to a point of the window. */
  #pick(clientX: number, clientY: number): number | null {
    const frame = this.#canvas.getBoundingClientRect();
    const point = new Vector3();
    let best: { id: number; distance: number } | null = null;
    for (const { id, x, y, z } of this.#sample?.entities ?? []) {
      if (id === this.rig.inside) continue;
      const depth = point.set(x, y, z).distanceTo(this.rig.camera.position);
      point.project(this.rig.camera);
      if (point.z > 1) continue;
      const px = frame.left + ((point.x + 1) / 2) * frame.width;
      const py = frame.top + ((1 - point.y) / 2) * frame.height;
      // A car close by fills much of the picture: its edges count too.
      const size = ((this.#record.descriptions.get(id)?.length ?? 4.5) / 2 / Math.max(1, depth)) * frame.height;
      const distance = Math.hypot(px - clientX, py - clientY);
      if (distance < Math.max(TAP_REACH, size) && (!best || distance < best.distance)) best = { id, distance };
    }
    return best?.id ?? null;
  }
}
