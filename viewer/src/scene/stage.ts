import {
  ACESFilmicToneMapping,
  Color,
  DirectionalLight,
  Fog,
  HemisphereLight,
  PCFShadowMap,
  PMREMGenerator,
  Scene,
  type Vector3,
  WebGLRenderer,
  type PerspectiveCamera,
} from 'three';
import { setGroundShadows } from './ground-material.ts';
import { buildReflections, buildSky } from './landscape.ts';
import { LIGHT, SUN } from './palette.ts';

/** From best to plainest. The view steps down by itself when pictures come too slowly. */
const LEVELS = [
  { scale: 2, shadow: 2048 },
  { scale: 1.5, shadow: 2048 },
  { scale: 1, shadow: 1024 },
  { scale: 0.75, shadow: 0 },
  { scale: 0.5, shadow: 0 },
] as const;
/** A picture slower than this is slow, ms. */
const SLOW = 45;
const SUN_INTENSITY = 3.1;
const SKY_INTENSITY = 1.15;

export type Quality = 'auto' | 'high' | 'low';

/** What to look at, and how far off it is: the shadow covers what is near it. */
export interface View {
  readonly camera: PerspectiveCamera;
  readonly target: Vector3;
  readonly distance: number;
}

/** The renderer with light, sky and fog, and the care for its speed. */
export class Stage {
  readonly scene = new Scene();
  /** False where the processor draws: then plainer things are to be put on the stage. */
  readonly fine: boolean;
  readonly #renderer: WebGLRenderer;
  readonly #sun = new DirectionalLight(LIGHT.sun, SUN_INTENSITY);
  readonly #sky = buildSky();
  readonly #usual: number;
  #level: number;
  #applied = -1;
  #quality: Quality = 'auto';
  #shadows = true;
  #slow = 0;
  #pictures = 0;
  #width = 1;
  #height = 1;
  /** Pictures a second, smoothed. */
  fps = 0;

  /** @throws Error when the browser has no WebGL. */
  constructor(canvas: HTMLCanvasElement) {
    this.fine = !drawsInSoftware();
    this.#level = this.#usual = this.fine ? 1 : 3;
    this.#renderer = new WebGLRenderer({ canvas, antialias: this.fine, powerPreference: 'high-performance' });
    this.#renderer.toneMapping = ACESFilmicToneMapping;
    this.#renderer.toneMappingExposure = 0.92;
    this.#renderer.shadowMap.enabled = true;
    this.#renderer.shadowMap.type = PCFShadowMap;
    this.scene.fog = new Fog(new Color(LIGHT.horizon), 180, 900);
    const skyLight = new HemisphereLight(LIGHT.skyGlow, LIGHT.groundGlow, SKY_INTENSITY);
    // Hemisphere lights shine from where they stand: z is up here.
    skyLight.position.set(0, 0, 1);
    this.scene.add(this.#sky, skyLight, this.#sun, this.#sun.target);
    if (this.fine) this.#addReflections();
    this.#sun.shadow.bias = -0.0004;
    this.#sun.shadow.normalBias = 0.04;
    this.#sun.shadow.radius = 3;
  }

  setQuality(quality: Quality): void {
    this.#quality = quality;
    this.#level = quality === 'low' ? 3 : quality === 'high' ? 0 : this.#usual;
    this.#applied = -1;
  }

  setShadows(on: boolean): void {
    this.#shadows = on;
    this.#applied = -1;
  }

  resize(width: number, height: number, camera: PerspectiveCamera): void {
    this.#width = Math.max(1, width);
    this.#height = Math.max(1, height);
    camera.aspect = this.#width / this.#height;
    // What is looked at lies in the middle of the part that the panels at the bottom leave free.
    const down = Math.round(Math.min(70, this.#height * 0.07));
    camera.setViewOffset(this.#width, this.#height, 0, down, this.#width, this.#height);
    this.#applied = -1;
  }

  /** Draws a picture among many. @param seconds of wall time since the last one. */
  draw(view: View, seconds: number): void {
    this.#render(view, this.#level);
    this.#watchSpeed(seconds);
  }

  /** Draws a picture that will stand for a while, and so may take its time. */
  drawStill(view: View): void {
    if (this.#quality === 'auto' && this.#level > 1) this.#render(view, 1);
  }

  dispose(): void {
    this.scene.traverse((object) => {
      const { geometry, material } = object as {
        geometry?: { dispose(): void };
        material?: { dispose(): void; map?: { dispose(): void } | null };
      };
      geometry?.dispose();
      material?.map?.dispose();
      material?.dispose();
    });
    this.scene.environment?.dispose();
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }

  #render({ camera, target, distance }: View, level: number): void {
    if (level !== this.#applied) this.#apply(level);
    this.#sky.position.copy(camera.position);
    // Just within what the camera sees: all that is solid lies before it.
    this.#sky.scale.setScalar(camera.far / 1050);
    const { shadow } = this.#sun;
    const reach = Math.max(32, Math.min(150, distance * 1.5));
    if (Math.abs(shadow.camera.right - reach) > 1) {
      Object.assign(shadow.camera, { left: -reach, right: reach, bottom: -reach, top: reach, near: 1, far: 420 });
      shadow.camera.updateProjectionMatrix();
    }
    // Moves in steps of whole shadow pixels, or edges of shadows would crawl.
    const texel = (2 * reach) / shadow.mapSize.width;
    this.#sun.target.position.set(Math.round(target.x / texel) * texel, Math.round(target.y / texel) * texel, target.z);
    this.#sun.position.copy(this.#sun.target.position).add(SUN);
    const fog = this.scene.fog as Fog;
    fog.near = 160 + distance;
    fog.far = 850 + distance * 4;
    this.#renderer.render(this.scene, camera);
  }

  #addReflections(): void {
    const maker = new PMREMGenerator(this.#renderer);
    const room = new Scene();
    room.add(buildReflections());
    this.scene.environment = maker.fromScene(room, 0, 1, 2000, { size: 64 }).texture;
    this.scene.environmentIntensity = 0.55;
    maker.dispose();
  }

  #watchSpeed(seconds: number): void {
    const ms = seconds * 1000;
    if (ms <= 0 || document.hidden) return;
    this.fps = this.fps === 0 ? 1 / seconds : this.fps + 0.05 * (1 / seconds - this.fps);
    // The first pictures compile shaders and say nothing.
    if (++this.#pictures < 20 || this.#quality !== 'auto') return;
    this.#slow = ms > SLOW ? this.#slow + (ms > 4 * SLOW ? 5 : 1) : Math.max(0, this.#slow - 2);
    if (this.#slow < 25 || this.#level === LEVELS.length - 1) return;
    this.#level++;
    this.#slow = 0;
    this.#pictures = 0;
  }

  #apply(level: number): void {
    this.#applied = level;
    const { scale, shadow } = LEVELS[level]!;
    // Without antialiasing a finer picture takes its place.
    const ratio = scale < 1 ? scale : Math.min(scale, Math.max(devicePixelRatio, this.fine ? 1 : 1.5));
    this.#renderer.setPixelRatio(ratio);
    this.#renderer.setSize(this.#width, this.#height, false);
    const cast = this.#shadows && shadow > 0;
    this.#sun.castShadow = cast;
    setGroundShadows(this.scene, cast, {
      sun: this.#sun.color,
      sunIntensity: SUN_INTENSITY,
      sunHeight: SUN.z / SUN.length(),
      sky: new Color(LIGHT.skyGlow),
      skyIntensity: SKY_INTENSITY,
    });
    if (!cast || this.#sun.shadow.mapSize.width === shadow) return;
    this.#sun.shadow.mapSize.set(shadow, shadow);
    this.#sun.shadow.map?.dispose();
    this.#sun.shadow.map = null;
  }
}

/** Whether WebGL is drawn by the processor, as in virtual machines: antialiasing and shadows would take most of a second. */
function drawsInSoftware(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return false;
  const details = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
