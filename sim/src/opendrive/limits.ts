/**
 * How much a map may hold. Own choices, some ten times what real maps of a town hold (Town01: 8000 elements): a file beyond them is
 * refused with a clear error instead of a reader that runs for minutes or fills the memory.
 */
export const LIMITS = {
  /** Characters of the file. */
  characters: 64 * 1024 * 1024,
  /** XML elements. */
  elements: 300_000,
  /** Pieces of plan view. */
  geometries: 50_000,
  /** m, of one road. */
  roadLength: 1e6,
  /** m, of one coordinate or offset in the file, before the map is moved to the origin. */
  coordinate: 1e8,
  /** m, of a point of a lane, once the map is moved; beyond it positions lose their millimetres. */
  extent: 1e6,
  /** m, of a lane from edge to edge. */
  laneWidth: 100,
  /** m, of all lanes together. */
  laneLength: 1e7,
  /** Lanes of the map, after roads were divided where something changes. */
  lanes: 50_000,
  /** Points of lane edges that are calculated while lanes are laid out. */
  edgePoints: 4_000_000,
  /** Signals and references to them. */
  signals: 10_000,
  tunnels: 1_000,
  crosswalks: 5_000,
  /** Warnings that are kept one by one. */
  warnings: 1_000,
  /** Ways out of one lane, or into it. */
  links: 64,
  /** rad, by which one arc or spiral may turn. */
  turn: 1000,
} as const;
