import { CAMERA_MODES, type CameraMode } from '../scene/camera-rig.ts';

/** What the address of a match page says about the view. */
export interface MatchAddress {
  /** s of match, or null for the beginning of a log and the newest of a live match. */
  readonly time: number | null;
  /** A seat, an entity id, `none`, or null when the address does not say. */
  readonly follow: string | null;
  readonly camera: CameraMode | null;
}

export function parseMatchAddress(search: string): MatchAddress {
  const parameters = new URLSearchParams(search);
  const time = parameters.get('t');
  const seconds = time === null || time.trim() === '' ? NaN : Number(time);
  const camera = CAMERA_MODES.find((mode) => mode === parameters.get('camera'));
  return {
    time: Number.isFinite(seconds) && seconds >= 0 ? seconds : null,
    follow: parameters.get('follow'),
    camera: camera ?? null,
  };
}

/** The query of an address that shows the same moment, `?` included; empty when there is nothing to say. */
export function formatMatchAddress({ time, follow, camera }: MatchAddress): string {
  const parts: string[] = [];
  if (time !== null) parts.push(`t=${(Math.round(time * 100) / 100).toString()}`);
  if (follow !== null) parts.push(`follow=${encodeURIComponent(follow)}`);
  if (camera !== null) parts.push(`camera=${camera}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
