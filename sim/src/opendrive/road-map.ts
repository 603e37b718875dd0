import type { MapDescription } from '@gauntlet/agents-sdk/protocol';

/** What a reader found wrong with a map, or does not support. */
export interface MapWarning {
  /** Where: `road 5, lane section 1, lane -2 (line 123)`. */
  readonly place: string;
  readonly text: string;
}

/** A junction of the file. Its position in `RoadMapFile.junctions` is the junction's index in the map. */
export interface JunctionFacts {
  /** As in the file. */
  readonly id: string;
  readonly name: string;
}

/** What the file says beside the lanes. */
export interface RoadMapFile {
  /** Of OpenDRIVE, such as `1.4`. */
  readonly version: string;
  readonly roads: number;
  /** m, the sum of the stated lengths of all roads. */
  readonly roadLength: number;
  readonly junctions: readonly JunctionFacts[];
}

/** A map file as the lane graph takes it. */
export interface RoadMap {
  readonly map: MapDescription;
  readonly warnings: readonly MapWarning[];
  /** By lane id: where the lane comes from, such as `road 5, lane section 0, lane -1 (line 123)`. */
  readonly sources: readonly string[];
  readonly file: RoadMapFile;
}
