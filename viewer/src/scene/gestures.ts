import type { CameraRig } from './camera-rig.ts';

/** A press that moves less than this and is shorter than that is a tap. */
const TAP_PIXELS = 8;
const TAP_MS = 400;

/** Mouse and touch on the picture: drag turns, right drag or two fingers move, wheel or pinch zooms, a tap chooses. */
export function attachGestures(element: HTMLElement, rig: CameraRig, tap: (x: number, y: number) => void): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let pressed = { x: 0, y: 0, at: 0, moved: false };
  const stop = new AbortController();
  const options = { signal: stop.signal };

  const spread = () => {
    const [a, b] = [...pointers.values()] as [{ x: number; y: number }, { x: number; y: number }];
    return { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };

  element.addEventListener(
    'pointerdown',
    (event) => {
      element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (pointers.size === 1) pressed = { x: event.clientX, y: event.clientY, at: event.timeStamp, moved: false };
      else pressed.moved = true;
    },
    options,
  );

  element.addEventListener(
    'pointermove',
    (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const wide = pointers.size === 2 ? spread() : null;
      const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > TAP_PIXELS) pressed.moved = true;
      if (!pressed.moved) return;
      const height = element.clientHeight || 1;
      if (wide) {
        const now = spread();
        if (now.distance > 0) rig.zoom(wide.distance / now.distance);
        rig.pan(-(now.x - wide.x) / height, (now.y - wide.y) / height);
      } else if (event.buttons & 6 || event.shiftKey || rig.mode === 'top') rig.pan(-dx / height, dy / height);
      else rig.rotate((-dx / height) * 3.2, (dy / height) * 2.4);
    },
    options,
  );

  const release = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === 'pointerup' && pointers.size === 0 && !pressed.moved && event.timeStamp - pressed.at < TAP_MS)
      tap(event.clientX, event.clientY);
  };
  element.addEventListener('pointerup', release, options);
  element.addEventListener('pointercancel', release, options);
  element.addEventListener('contextmenu', (event) => event.preventDefault(), options);
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const { left, top, width, height } = element.getBoundingClientRect();
      const at = {
        x: (2 * (event.clientX - left)) / Math.max(1, width) - 1,
        y: 1 - (2 * (event.clientY - top)) / Math.max(1, height),
      };
      rig.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)))), at);
    },
    { ...options, passive: false },
  );
  return () => stop.abort();
}
