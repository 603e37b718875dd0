import { SIGNAL_STATES, type SignalState } from '@gauntlet/agents-sdk/protocol';
import type { CameraMode } from '../scene/camera-rig.ts';
import type { MatchPlayer } from './match-player.ts';

/** What end-to-end tests read from a match page, as `window.__gauntlet`. Every field is of the moment when it is read. */
export interface GauntletHook {
  /** The tick shown. -1 before the first frame. */
  readonly tick: number;
  readonly playing: boolean;
  /** What is drawn: positions in m, heading in rad. */
  readonly entities: { id: number; x: number; y: number; heading: number }[];
  /** What each signal of the map shows. */
  readonly signals: SignalState[];
  readonly camera: CameraMode;
  /** A seat, an entity id as text, or `none`. */
  readonly follow: string;
  /** Pictures a second, smoothed. */
  readonly fps: number;
}

declare global {
  interface Window {
    __gauntlet?: GauntletHook | undefined;
  }
}

/** Puts the hook into the window. @returns how to take it out again. */
export function installHook(player: MatchPlayer): () => void {
  const hook: GauntletHook = {
    get tick() {
      return player.sample?.tick ?? -1;
    },
    get playing() {
      return player.playback.playing;
    },
    get entities() {
      return (player.sample?.entities ?? []).map(({ id, x, y, yaw }) => ({ id, x, y, heading: yaw }));
    },
    get signals() {
      return [...(player.sample?.signals ?? [])].map((code) => SIGNAL_STATES[code] ?? 'off');
    },
    get camera() {
      return player.view.rig.mode;
    },
    get follow() {
      return player.followName;
    },
    get fps() {
      return player.view.fps;
    },
  };
  window.__gauntlet = hook;
  return () => {
    if (window.__gauntlet === hook) window.__gauntlet = undefined;
  };
}
