import type { MapMessage, SignalState, SpatMessage } from '@gauntlet/agents-sdk/protocol';
import type { LaneGraph } from '../road/lane-graph.ts';
import type { Site } from './site.ts';

/** What is known of single signals. */
export interface SignalTimes {
  state(signal: number): SignalState;
  minEnd(signal: number): number;
  maxEnd(signal: number): number | null;
}

/** What a junction's groups show and when that ends. */
export function spatMessageOf(site: Site, junction: number, times: SignalTimes): SpatMessage {
  return {
    kind: 'spat',
    from: `junction-${junction}`,
    junction,
    groups: site.groups.map(({ group, signals }) => {
      const signal = signals[0] ?? -1;
      const max = times.maxEnd(signal);
      return {
        group,
        state: times.state(signal),
        minEnd: Math.max(0, times.minEnd(signal)),
        maxEnd: max === null ? null : Math.max(0, max),
      };
    }),
  };
}

/** Which lanes a junction's groups let in, and where vehicles wait for them: on the approach, or the first of several. */
export function mapMessageOf(graph: LaneGraph, site: Site, junction: number): MapMessage {
  const lanes: MapMessage['lanes'] = [];
  for (const { group, lanes: governed } of site.groups) {
    for (const lane of governed) {
      const approach = graph.lanes[graph.lanes[lane]?.predecessors[0] ?? -1];
      const stop = approach
        ? graph.pose(approach.id, Math.max(0, graph.laneLength(approach.id) - approach.stopLine))
        : graph.pose(lane, 0);
      lanes.push({ lane, group, stop: [stop.x, stop.y] });
    }
  }
  return { kind: 'map', from: `junction-${junction}`, junction, lanes };
}

/** The middle of the places where a site's signals let vehicles and people in, m. */
export function middleOf(graph: LaneGraph, site: Site): [x: number, y: number] {
  let [x, y, count] = [0, 0, 0];
  const add = (u: number, v: number): void => {
    x += u;
    y += v;
    count += 1;
  };
  for (const { lanes, crossings } of site.groups) {
    for (const lane of lanes) {
      const at = graph.pose(lane, 0);
      add(at.x, at.y);
    }
    if (lanes.length > 0) continue;
    for (const id of crossings) {
      const axis = graph.map.crossings[id]?.axis ?? [];
      add(((axis[0] ?? 0) + (axis[3] ?? 0)) / 2, ((axis[1] ?? 0) + (axis[4] ?? 0)) / 2);
    }
  }
  return [x / count, y / count];
}
