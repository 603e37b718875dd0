/** A rectangle on the ground. Metres, radians. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly heading: number;
  readonly length: number;
  readonly width: number;
}

/** Whether two boxes overlap, by separating axes. Boxes on different levels of a bridge do not. */
export function overlap(a: Box, b: Box): boolean {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const reach = (Math.hypot(a.length, a.width) + Math.hypot(b.length, b.width)) / 2;
  if (dx * dx + dy * dy > reach * reach || Math.abs(a.z - b.z) > 3) return false;
  for (const axis of [a.heading, a.heading + Math.PI / 2, b.heading, b.heading + Math.PI / 2]) {
    const half = (box: Box): number =>
      (Math.abs(Math.cos(box.heading - axis)) * box.length + Math.abs(Math.sin(box.heading - axis)) * box.width) / 2;
    if (Math.abs(dx * Math.cos(axis) + dy * Math.sin(axis)) >= half(a) + half(b)) return false;
  }
  return true;
}

/** Calls back with every pair of places at most `cell` m apart in both axes (and some others), each pair once. */
export function eachNearPair<T extends { readonly x: number; readonly y: number }>(
  items: readonly T[],
  cell: number,
  visit: (a: T, b: T) => void,
): void {
  const grid = new Map<number, T[]>();
  const key = (column: number, row: number): number => column * 65_536 + row;
  for (const item of items) {
    const at = key(Math.floor(item.x / cell) + 32_768, Math.floor(item.y / cell) + 32_768);
    const list = grid.get(at);
    if (list) list.push(item);
    else grid.set(at, [item]);
  }
  for (const [at, list] of grid) {
    list.forEach((a, i) => {
      for (const b of list.slice(i + 1)) visit(a, b);
    });
    for (const [dx, dy] of [
      [1, 0],
      [-1, 1],
      [0, 1],
      [1, 1],
    ] as const) {
      const other = grid.get(at + dx * 65_536 + dy);
      if (other) for (const a of list) for (const b of other) visit(a, b);
    }
  }
}
