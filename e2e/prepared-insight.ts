/** A map and an index of patches written as files, for specs that need them and no network. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lookupAboutSchema } from '../engine/contract/studio/lookup.ts';
import { mapAboutSchema, mapSchema } from '../engine/contract/studio/map.ts';
import { INDEX_FILES, imageLine } from '../engine/insight/lookup/index-files.ts';
import { quantiseRows } from '../engine/insight/lookup/quantised-rows.ts';

const SIDE = 48;
const WIDTH = 4;
const BUILT_AT = '2026-01-02T00:00:00.000Z';

/** Rows of unit length that differ little by little. */
function unitRows(count: number): Float32Array {
  return Float32Array.from({ length: count * WIDTH }, (_, i) => {
    const angle = (Math.floor(i / WIDTH) / count) * Math.PI;
    return [Math.cos(angle), Math.sin(angle), 0, 0][i % WIDTH]!;
  });
}

const bytesOf = ({ buffer }: { readonly buffer: ArrayBufferLike }) => new Uint8Array(buffer);

/** Images on two lines, one for each folder; each is most similar to the one before it. */
export function writeMap(
  workspace: string,
  run: string,
  { folder, images }: { readonly folder: string; readonly images: readonly string[] },
): string {
  const name = '60-teacher-4-mean';
  const dir = path.join(workspace, 'runs', run, 'maps', name);
  mkdirSync(dir, { recursive: true });
  const folders = [...new Set(images.map((image) => path.basename(path.dirname(image))))];
  const group = images.map((image) => folders.indexOf(path.basename(path.dirname(image))));
  const at = (value: (i: number) => number) => images.map((_, i) => value(i));
  const map = mapSchema.parse({
    ...{ format: 1, name, builtAt: BUILT_AT, run, step: 60, network: 'teacher', layer: 4 },
    ...{ pooling: 'mean', folder, fingerprint: '0'.repeat(64), images: images.length },
    ...{ sampled: images.length, width: WIDTH, neighbours: 3, epochs: 10, seed: 0, clusters: 2 },
    ...{ seconds: 1, leftOut: 0, folders },
    trustworthiness: { k: 3, images: images.length, value: 0.97 },
    points: {
      path: images,
      ...{ x: at((i) => i % 6), y: group.map((line) => 3 * line), folder: group, cluster: group },
      ...{ width: at(() => SIDE), height: at(() => SIDE), outlier: at((i) => i / 100) },
      ...{ nearest: at((i) => Math.max(0, i - 1)), similarity: at((i) => 1 - i / 100) },
    },
  });
  writeFileSync(path.join(dir, 'map.json'), JSON.stringify(map));
  writeFileSync(path.join(dir, 'about.json'), JSON.stringify(mapAboutSchema.parse(map)));
  writeFileSync(path.join(dir, 'features.f32'), bytesOf(unitRows(images.length)));
  return name;
}

const GRID = 4;

/** An index of one cell and two words. */
export function writeLookup(
  workspace: string,
  run: string,
  { folder, images }: { readonly folder: string; readonly images: readonly string[] },
): void {
  const name = '20-network-4';
  const dir = path.join(workspace, 'runs', run, 'lookup', name);
  mkdirSync(dir, { recursive: true });
  const patches = images.length * GRID * GRID;
  const rows = { data: unitRows(patches), count: patches, width: WIDTH };
  const { data, scales } = quantiseRows(rows);
  const half = patches / 2;
  const words = [0, 1].map((word) => ({
    ...{ patches: half, images: images.length / 2 },
    examples: [0, 1, 2].map((i) => word * half + i * GRID * GRID),
  }));
  const about = lookupAboutSchema.parse({
    ...{ format: 1, name, builtAt: BUILT_AT, run, step: 20, layer: 4, folder },
    ...{ fingerprint: '0'.repeat(64), images: images.length, rows: GRID, cols: GRID, patches },
    ...{ imageSize: [32, 32], width: WIDTH, cells: 1, words: 2, probes: 1, bytes: 1000 },
    recall: { k: 10, queries: 24, value: 0.98, byProbes: [{ probes: 1, recall: 0.98 }] },
    ...{ seconds: 1, leftOut: 0 },
  });
  const write = (file: string, content: string | Uint8Array) =>
    writeFileSync(path.join(dir, file), content);
  const image = (file: string) => imageLine({ path: file, width: SIDE, height: SIDE });
  write(INDEX_FILES.images, images.map(image).join(''));
  write(INDEX_FILES.vectors, bytesOf(data));
  write(INDEX_FILES.scales, bytesOf(scales));
  write(INDEX_FILES.patches, bytesOf(Uint32Array.from({ length: patches }, (_, i) => i)));
  write(INDEX_FILES.starts, bytesOf(Uint32Array.of(0, patches)));
  write(INDEX_FILES.centres, bytesOf(Float32Array.of(1, 0, 0, 0)));
  write(
    INDEX_FILES.words,
    bytesOf(Uint16Array.from({ length: patches }, (_, i) => Number(i >= half))),
  );
  write(INDEX_FILES.vocabulary, JSON.stringify(words));
  write(INDEX_FILES.about, JSON.stringify(about));
}
