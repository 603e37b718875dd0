import type { SeatId } from '@gauntlet/agents-sdk/protocol';
import { Vector3 } from 'three';

const BLUE = ['#2f8cff', '#19c8e6', '#7f7bff', '#36d6a0', '#5aa9ff', '#00a3c7', '#a58bff', '#2ee6c8'] as const;
const RED = ['#ff4d5e', '#ff8a3c', '#f254b5', '#e5b52a', '#ff6f61', '#d94a2b', '#ff7ad1', '#c9902b'] as const;

/** The colour of a seat, in its team's family. Seats of one team are told apart by hue. */
export function seatColour(seat: SeatId): string {
  const [team, number] = seat.split('-');
  const family = team === 'red' ? RED : BLUE;
  return family[(Number(number) - 1) % family.length] ?? family[0];
}

const TRAFFIC = [
  '#e8eaec',
  '#b9bfc6',
  '#4a5058',
  '#7b858f',
  '#d8cfbd',
  '#35507a',
  '#5d6f64',
  '#8c4a3f',
  '#ced6dc',
  '#2c3036',
] as const;

/** The paint of a vehicle that is not seated: quiet, and always the same for one id. */
export function trafficColour(id: number): string {
  return TRAFFIC[(id * 7 + 3) % TRAFFIC.length]!;
}

const CLOTHES = [
  '#b5473c',
  '#2f5d8c',
  '#d9a441',
  '#4f7a4d',
  '#7a4a86',
  '#d7d3c8',
  '#30373f',
  '#c9705a',
  '#5b8a94',
  '#a86a8c',
] as const;

/** What somebody wears: always the same for one id. */
export function clothesColour(id: number): string {
  return CLOTHES[(id * 7 + 1) % CLOTHES.length]!;
}

export const LIGHT = {
  horizon: '#c3d4e2',
  zenith: '#4a7fbd',
  sun: '#fff1d6',
  skyGlow: '#dcebfa',
  groundGlow: '#8c9478',
  grass: '#74875a',
  gravel: '#9c998c',
  asphalt: '#4a4e55',
  shoulder: '#5d6165',
  sidewalk: '#a9a9a4',
  median: '#7f8f68',
  biking: '#8a5148',
  parking: '#565b62',
  tunnel: '#33363b',
  tunnelSide: '#3f4245',
  kerb: '#c3c3bd',
  concrete: '#9fa09b',
  steel: '#6d747c',
  paint: '#f2f3ee',
} as const;

/** From the ground to the sun, m. */
export const SUN = new Vector3(-110, -130, 140);
