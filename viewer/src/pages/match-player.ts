import type { SeatId } from '@gauntlet/agents-sdk/protocol';
import { CAMERA_MODES, type CameraMode } from '../scene/camera-rig.ts';
import { MatchView } from '../scene/match-view.ts';
import type { Layers } from '../scene/overlays.ts';
import type { Quality } from '../scene/stage.ts';
import { sampleAt, type Sample } from '../state/sample.ts';
import type { FrameSource } from '../timeline/frame-source.ts';
import type { LiveEdge } from '../timeline/live-edge.ts';
import { Playback } from '../timeline/playback.ts';
import type { MatchAddress } from './match-address.ts';
import { saveSettings, type Settings } from './settings.ts';

/** Picture, clock and frames of one match, kept moving together. */
export class MatchPlayer {
  readonly source: FrameSource;
  readonly playback: Playback;
  readonly view: MatchView;
  readonly settings: Settings;
  #sample: Sample | null = null;
  #last = performance.now();
  #request = 0;
  readonly #onPicture: () => void;
  readonly #onChoice: () => void;

  /**
   * @param onPicture after each picture. @param onChoice when the person chose another camera, car, or time.
   * @throws Error when the browser has no WebGL.
   */
  constructor(
    host: HTMLElement,
    source: FrameSource,
    edge: LiveEdge | null,
    address: MatchAddress,
    settings: Settings,
    onPicture: () => void,
    onChoice: () => void,
  ) {
    this.source = source;
    this.settings = settings;
    this.#onPicture = onPicture;
    this.#onChoice = onChoice;
    this.playback = new Playback(source, edge);
    this.view = new MatchView(host, source.record, (entity) => {
      if (entity !== null) this.follow(entity);
    });
    this.view.setLayers(settings.layers);
    this.view.setQuality(settings.quality);
    // Without contestants there is the map to be seen.
    const contested = source.record.scene.seats.length > 0;
    if (!contested) this.view.rig.showAll(host.clientWidth / Math.max(1, host.clientHeight));
    this.view.rig.setMode(address.camera ?? (contested ? 'chase' : 'orbit'));
    this.view.rig.setFollow(this.#entityFrom(address.follow));
    if (address.time !== null) {
      this.playback.seek(address.time);
      if (source.kind === 'log') this.playback.pause();
    }
    this.#request = requestAnimationFrame(this.#step);
  }

  /** What is shown, or null before the first frames. */
  get sample(): Sample | null {
    return this.#sample;
  }

  /** The followed car: a seat, an entity id, or `none`. */
  get followName(): string {
    const entity = this.view.rig.follow;
    return entity === null ? 'none' : (this.source.record.seatOf(entity) ?? String(entity));
  }

  get followedSeat(): SeatId | null {
    const entity = this.view.rig.follow;
    return entity === null ? null : this.source.record.seatOf(entity);
  }

  follow(entity: number | null): void {
    this.view.rig.setFollow(entity);
    this.#onChoice();
  }

  followSeat(seat: SeatId): void {
    this.follow(this.source.record.entityOf(seat));
  }

  setCamera(mode: CameraMode): void {
    if ((mode === 'chase' || mode === 'driver') && this.view.rig.follow === null)
      this.view.rig.setFollow(this.#entityFrom(null) ?? this.#nearest());
    this.view.rig.setMode(mode);
    this.#onChoice();
  }

  nextCamera(): void {
    this.setCamera(CAMERA_MODES[(CAMERA_MODES.indexOf(this.view.rig.mode) + 1) % CAMERA_MODES.length]!);
  }

  toggleLayer(layer: keyof Layers): void {
    this.settings.layers[layer] = !this.settings.layers[layer];
    this.view.setLayers(this.settings.layers);
    saveSettings(this.settings);
    this.#onChoice();
  }

  setQuality(quality: Quality): void {
    this.settings.quality = quality;
    this.view.setQuality(quality);
    saveSettings(this.settings);
    this.#onChoice();
  }

  /** Does something to the clock, and tells that a choice was made. */
  control(change: (playback: Playback) => void): void {
    change(this.playback);
    this.#onChoice();
  }

  /** What the address of this moment would say. */
  address(withTime: boolean): MatchAddress {
    return { time: withTime ? this.playback.time : null, follow: this.followName, camera: this.view.rig.mode };
  }

  dispose(): void {
    cancelAnimationFrame(this.#request);
    this.view.dispose();
    this.source.close();
  }

  #entityFrom(name: string | null): number | null {
    const { record } = this.source;
    if (name === 'none') return null;
    if (name !== null) {
      const entity = record.entityOf(name) ?? Number(name);
      if (Number.isInteger(entity)) return entity;
    }
    return record.scene.seats[0]?.entity ?? null;
  }

  /** What moves nearest to the middle of the picture. */
  #nearest(): number | null {
    const { target } = this.view.rig;
    let best: { id: number; distance: number } | null = null;
    for (const { id, x, y } of this.#sample?.entities ?? []) {
      const kind = this.source.record.descriptions.get(id)?.class;
      if (kind === 'pedestrian' || kind === 'static') continue;
      const distance = Math.hypot(x - target.x, y - target.y);
      if (!best || distance < best.distance) best = { id, distance };
    }
    return best?.id ?? null;
  }

  readonly #step = (now: number): void => {
    this.#request = requestAnimationFrame(this.#step);
    const seconds = Math.max(0, (now - this.#last) / 1000);
    this.#last = now;
    this.playback.advance(Math.min(1, seconds), performance.now() / 1000);
    const { tickSeconds, time } = this.playback;
    const pair = this.source.around(time / tickSeconds);
    if (pair) this.#sample = sampleAt(pair, time, tickSeconds);
    if (this.#sample) this.view.draw(this.#sample, seconds);
    this.#onPicture();
  };
}
