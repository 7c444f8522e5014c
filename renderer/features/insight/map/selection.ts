/** Points inside a drawn line, and classes that selections were given. */
import { getOrMake } from '../../../../engine/contract/maps.ts';
import { type Camera, type Columns, pixelOf, type ViewSize } from './camera.ts';

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** Rows whose points lie inside a closed line, by the even-odd rule. */
export function rowsInside(
  columns: Columns,
  camera: Camera,
  size: ViewSize,
  line: readonly Pixel[],
): number[] {
  if (line.length < 3) return [];
  const rows: number[] = [];
  for (let row = 0; row < columns.count; row++) {
    if (columns.hidden?.[row]) continue;
    const { x, y } = pixelOf(camera, columns.x[row]!, columns.y[row]!, size);
    let inside = false;
    for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
      const [a, b] = [line[i]!, line[j]!];
      if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x)
        inside = !inside;
    }
    if (inside) rows.push(row);
  }
  return rows;
}

/** The classes that images were given, and what was before each change. */
export interface Naming {
  readonly labels: ReadonlyMap<number, string>;
  readonly before?: Naming | undefined;
}

export function named(naming: Naming, rows: readonly number[], label: string): Naming {
  const labels = new Map(naming.labels);
  for (const row of rows) labels.set(row, label);
  return { labels, before: naming };
}

/** Without the last change. */
export function undone(naming: Naming): Naming {
  return naming.before ?? naming;
}

/** The images of each class, in the order in which classes were first given. */
export function classRows({ labels }: Naming): { label: string; rows: number[] }[] {
  const rows = new Map<string, number[]>();
  for (const [row, label] of labels) getOrMake(rows, label, () => []).push(row);
  return [...rows].map(([label, of]) => ({ label, rows: of }));
}

/** Classes with their number of images, in the order in which they were first given. */
export function classCounts({ labels }: Naming): [label: string, images: number][] {
  const counts = new Map<string, number>();
  for (const label of labels.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts];
}
