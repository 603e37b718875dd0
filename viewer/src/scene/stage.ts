import {
  ACESFilmicToneMapping,
  Color,
  DirectionalLight,
  Fog,
  HemisphereLight,
  PCFShadowMap,
  PMREMGenerator,
  Scene,
  WebGLRenderer,
  type PerspectiveCamera,
  type Vector3,
} from 'three';
import { buildReflections, buildSky } from './landscape.ts';
import { LIGHT } from './palette.ts';

/** From best to plainest. The view steps down by itself when pictures come too slowly. */
const LEVELS = [
  { scale: 2, shadow: 2048 },
  { scale: 1, shadow: 2048 },
  { scale: 1, shadow: 1024 },
  { scale: 0.75, shadow: 0 },
  { scale: 0.5, shadow: 0 },
] as const;
/** A picture slower than this is slow, ms. */
const SLOW = 45;

export type Quality = 'auto' | 'high' | 'low';

/** The renderer with light, sky and fog, and the care for its speed. */
export class Stage {
  readonly scene = new Scene();
  readonly renderer: WebGLRenderer;
  readonly #sun = new DirectionalLight(LIGHT.sun, 3.1);
  readonly #sky = buildSky();
  /** Where `auto` begins. */
  #usual = 1;
  #level = 1;
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
    const software = drawsInSoftware();
    this.renderer = new WebGLRenderer({ canvas, antialias: !software, powerPreference: 'high-performance' });
    this.#usual = software ? 3 : 1;
    this.#level = this.#usual;
    this.renderer.toneMapping = ACESFilmicToneMapping;
    this.renderer.toneMappingExposure = 0.92;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.scene.fog = new Fog(new Color(LIGHT.horizon), 180, 900);
    this.scene.add(this.#sky, new HemisphereLight(LIGHT.skyGlow, LIGHT.groundGlow, 1.15), this.#sun, this.#sun.target);
    if (!software) this.#addReflections();
    this.#sun.castShadow = true;
    this.#sun.shadow.bias = -0.0004;
    this.#sun.shadow.normalBias = 0.04;
    this.#sun.shadow.radius = 3;
    this.#apply();
  }

  setQuality(quality: Quality): void {
    this.#quality = quality;
    this.#level = quality === 'low' ? 3 : quality === 'high' ? 0 : this.#usual;
    this.#apply();
  }

  setShadows(on: boolean): void {
    this.#shadows = on;
    this.#apply();
  }

  resize(width: number, height: number, camera: PerspectiveCamera): void {
    this.#width = Math.max(1, width);
    this.#height = Math.max(1, height);
    camera.aspect = this.#width / this.#height;
    // What is looked at lies in the middle of the part that the panels at the bottom leave free.
    camera.setViewOffset(this.#width, this.#height, 0, Math.round(Math.min(70, this.#height * 0.07)), this.#width, this.#height);
    this.#apply();
  }

  /** Draws. @param target what is looked at, @param distance how far off: the shadow covers what is near it. */
  draw(camera: PerspectiveCamera, target: Vector3, distance: number, seconds: number): void {
    this.#sky.position.copy(camera.position);
    const reach = Math.max(32, Math.min(150, distance * 1.5));
    const { shadow } = this.#sun;
    if (Math.abs(shadow.camera.right - reach) > 1) {
      shadow.camera.left = shadow.camera.bottom = -reach;
      shadow.camera.right = shadow.camera.top = reach;
      shadow.camera.near = 1;
      shadow.camera.far = 420;
      shadow.camera.updateProjectionMatrix();
    }
    // Moves in steps of whole shadow pixels, or edges of shadows would crawl.
    const texel = (2 * reach) / Math.max(1, shadow.mapSize.width);
    const x = Math.round(target.x / texel) * texel;
    const y = Math.round(target.y / texel) * texel;
    this.#sun.target.position.set(x, y, 0);
    this.#sun.position.set(x - 110, y - 130, 140);
    const fog = this.scene.fog as Fog;
    fog.near = 160 + distance;
    fog.far = 850 + distance * 2.5;
    this.renderer.render(this.scene, camera);
    this.#watchSpeed(seconds);
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
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }

  #addReflections(): void {
    const maker = new PMREMGenerator(this.renderer);
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
    this.#apply();
  }

  #apply(): void {
    const { scale, shadow } = LEVELS[this.#level]!;
    this.renderer.setPixelRatio(
      scale > 1 ? Math.min(scale, devicePixelRatio) : scale < 1 ? scale : Math.min(1.5, devicePixelRatio),
    );
    this.renderer.setSize(this.#width, this.#height, false);
    const cast = this.#shadows && shadow > 0;
    if (this.#sun.castShadow !== cast) this.#sun.castShadow = cast;
    if (cast && this.#sun.shadow.mapSize.width !== shadow) {
      this.#sun.shadow.mapSize.set(shadow, shadow);
      this.#sun.shadow.map?.dispose();
      this.#sun.shadow.map = null;
    }
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
