import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FeatureRows, findNeighboursByLoop } from '../../features/neighbours.ts';
import { RandomStream } from '../../random/philox.ts';
import { chooseProbes, measureRecall } from './choose-probes.ts';
import { ExactNearest } from './exact-nearest.ts';
import { INDEX_FILES, readVocabulary } from './index-files.ts';
import { cellsFor, IndexWriter, sortedPlaces } from './index-writer.ts';
import { clusterRows } from './k-means.ts';
import { PatchIndex } from './patch-index.ts';
import { quantiseRows, restoreRows } from './quantised-rows.ts';

const PER_IMAGE = 4;
const WIDTH = 10;

/** Rows of unit length around some directions. */
function unitRows(count: number, seed: number, directions = 12, width = WIDTH): FeatureRows {
  const random = new RandomStream(seed, 'test');
  const centres = Array.from({ length: directions * width }, () => random.normal());
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const centre = random.integer(directions) * width;
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const value = centres[centre + i]! + 0.4 * random.normal();
      data[row * width + i] = value;
      squares += value * value;
    }
    for (let i = 0; i < width; i++) data[row * width + i]! /= Math.sqrt(squares);
  }
  return { data, count, width };
}

const part = ({ data, width }: FeatureRows, start: number, end: number): FeatureRows => ({
  data: data.subarray(start * width, end * width),
  count: end - start,
  width,
});

describe('rows as bytes', () => {
  it('keep direction and unit length', () => {
    const rows = unitRows(20, 1);
    const restored = new Float32Array(rows.data.length);
    restoreRows(quantiseRows(rows), WIDTH, restored);
    for (let row = 0; row < rows.count; row++) {
      const at = (data: Float32Array) => data.subarray(row * WIDTH, (row + 1) * WIDTH);
      const [a, b] = [at(rows.data), at(restored)];
      expect(a.reduce((sum, value, i) => sum + value * b[i]!, 0)).toBeGreaterThan(0.9999);
      expect(b.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    }
  });

  it('are zeros for a row of zeros', () => {
    const { data, scales } = quantiseRows({ data: new Float32Array(3), count: 1, width: 3 });
    expect([...data, ...scales]).toEqual([0, 0, 0, 0]);
  });
});

describe('clusters', () => {
  it('are the groups that there are, and the same for the same seed', async () => {
    const width = 6;
    const data = new Float32Array(60 * width);
    for (let row = 0; row < 60; row++) data[row * width + (row % 3)] = 1;
    const rows = { data, count: 60, width };
    const options = { clusters: 3, seed: 4, iterations: 20 };
    const { data: centres } = await clusterRows(rows, options);
    const axes = [0, 1, 2].map((c) => centres.subarray(c * width, (c + 1) * width).indexOf(1));
    expect([...axes].sort()).toEqual([0, 1, 2]);
    expect((await clusterRows(rows, options)).data).toEqual(centres);
  });

  it('are no more than rows', async () => {
    const rows = unitRows(3, 2);
    expect((await clusterRows(rows, { clusters: 9, seed: 0, iterations: 3 })).count).toBe(3);
  });
});

it('places rows cell by cell in their order', () => {
  const { starts, places } = sortedPlaces(Uint32Array.of(2, 0, 2, 1, 0), 3);
  expect([...starts]).toEqual([0, 2, 3, 5]);
  expect([...places]).toEqual([3, 0, 4, 2, 1]);
});

describe('an index of patches', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-index-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const rows = unitRows(600, 3);
  const shape = { patches: rows.count, perImage: PER_IMAGE, width: WIDTH, cells: cellsFor(600) };
  const imageOf = (patch: number) => Math.floor(patch / PER_IMAGE);

  async function build(sortedBytes: number) {
    const writer = await IndexWriter.open(folder, WIDTH, PER_IMAGE);
    for (const [start, end] of [
      [0, 250],
      [250, 251],
      [251, 600],
    ] as const)
      await writer.append(part(rows, start, end));
    const bytes = await writer.finish({ cells: shape.cells, words: 12, seed: 0, sortedBytes });
    await writer.dispose();
    return bytes;
  }

  it('finds in all cells what a plain loop finds, and in few most of it', async () => {
    // Memory for 77 rows: the sorted file is written in eight pieces.
    const bytes = await build(77 * WIDTH);
    expect(readdirSync(folder)).not.toContain('arrived.i8');
    expect(bytes).toBeGreaterThan(600 * WIDTH);
    const index = await PatchIndex.open(folder, shape);
    const asked = [0, 77, 311, 599];
    const restored = new Float32Array(rows.data.length);
    restoreRows(quantiseRows(rows), WIDTH, restored);
    for (const patch of asked) {
      const query = rows.data.subarray(patch * WIDTH, (patch + 1) * WIDTH);
      const exact = findNeighboursByLoop(
        { ...rows, data: restored },
        { data: query, count: 1, width: WIDTH },
        600,
      );
      const others = [...exact.row].filter((row) => imageOf(row) !== imageOf(patch));
      const { found, compared } = await index.search(query, {
        ...{ k: 10, probes: shape.cells },
        without: imageOf(patch),
      });
      expect(compared).toBe(600);
      expect(found.map((one) => one.patch)).toEqual(others.slice(0, 10));
      const own = await index.search(query, { k: 1, probes: 1 });
      expect(own.found[0]).toMatchObject({ patch });
      expect(own.compared).toBeLessThan(300);
      expect((await index.rowOf(patch)).slice(0, 3)).toEqual(
        restored.slice(patch * WIDTH, patch * WIDTH + 3),
      );
    }
    await index.close();
  });

  it('chooses as many cells as recall needs, measured against all rows in float32', async () => {
    await build(1e6);
    const index = await PatchIndex.open(folder, shape);
    const asked = [5, 130, 260, 402, 598];
    const queries = {
      data: Float32Array.from(asked.flatMap((at) => [...part(rows, at, at + 1).data])),
      ...{ count: asked.length, width: WIDTH },
    };
    const exact = await ExactNearest.open(queries, asked.map(imageOf), 10);
    await exact.add(part(rows, 0, 333), 0, imageOf);
    await exact.add(part(rows, 333, 600), 333, (row) => imageOf(333 + row));
    await exact.dispose();
    const whole = findNeighboursByLoop(rows, queries, 600);
    for (const [query, patch] of asked.entries()) {
      const order = [...whole.row.subarray(query * 600, (query + 1) * 600)];
      const others = order.filter((row) => imageOf(row) !== imageOf(patch));
      expect(exact.patchesOf(query)).toEqual(others.slice(0, 10));
    }
    const known = {
      ...{ queries, k: 10, imageOf: (query: number) => imageOf(asked[query]!) },
      patchesOf: (query: number) => exact.patchesOf(query),
    };
    const { probes, recall } = await chooseProbes(index, known);
    expect(recall).toMatchObject({ k: 10, queries: 5 });
    expect(recall.value).toBeGreaterThanOrEqual(0.95);
    expect(probes).toBeLessThan(shape.cells);
    expect(recall.byProbes.at(-1)).toEqual({ probes, recall: recall.value });
    expect(await measureRecall(index, known, probes)).toBe(recall.value);
    // Nothing is found where nothing is asked to be known.
    expect(await measureRecall(index, { ...known, patchesOf: () => [9999] }, probes)).toBe(0);
    await index.close();
  });

  it('describes its words by their patches, with examples of many images', async () => {
    await build(1e6);
    const words = await readVocabulary(folder);
    expect(words.reduce((sum, { patches }) => sum + patches, 0)).toBe(600);
    for (const { patches, images, examples } of words) {
      expect(images).toBeLessThanOrEqual(patches);
      expect(new Set(examples).size).toBe(examples.length);
      for (const image of new Set(examples.map(imageOf)))
        expect(examples.filter((patch) => imageOf(patch) === image).length).toBeLessThan(3);
    }
  });

  it('refuses files that are incomplete', async () => {
    await build(1e6);
    truncateSync(path.join(folder, INDEX_FILES.vectors), 100);
    await expect(PatchIndex.open(folder, shape)).rejects.toMatchObject({ code: 'lookup-damaged' });
    rmSync(path.join(folder, INDEX_FILES.centres));
    await expect(PatchIndex.open(folder, shape)).rejects.toMatchObject({ code: 'lookup-damaged' });
  });
});
