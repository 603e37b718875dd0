export { describeMap, type MapDigest } from './describe.ts';
export { MapError } from './map-error.ts';
export { readOpenDrive } from './read.ts';
export type { MapWarning, RoadMap } from './road-map.ts';
