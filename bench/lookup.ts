// Indexes over a million patches: time to build, size, memory, time of a query, and share of the ten nearest found.
//   npm run bench:lookup -- WORKSPACE RUN IMAGES     features of the run for the photographs of a folder
//   npm run bench:lookup -- synthetic [PATCHES WIDTH]   rows around 2,000 directions, the index alone
// Appends a row to bench/results/lookup.csv. Memory is the most that the process held, network and images included.
import { mkdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ArgumentError, plainArguments, wholeNumber } from '../build/arguments.ts';
import { buildLookup, RECALL_K } from '../engine/downstream/lookup/build-lookup.ts';
import { openLookup } from '../engine/downstream/lookup/lookups.ts';
import type { FeatureRows } from '../engine/features/neighbours.ts';
import { chooseProbes } from '../engine/insight/lookup/choose-probes.ts';
import { ExactNearest } from '../engine/insight/lookup/exact-nearest.ts';
import { cellsFor, IndexWriter } from '../engine/insight/lookup/index-writer.ts';
import { PatchIndex } from '../engine/insight/lookup/patch-index.ts';
import { RandomStream } from '../engine/random/philox.ts';
import { appendRows } from './append-rows.ts';

const QUERIES = 300;
const PER_IMAGE = 64;
const WORDS = 64;
const BATCH = 16_384;
const DIRECTIONS = 2000;
const NOISE = 0.6;

interface Measured {
  readonly data: string;
  readonly patches: number;
  readonly width: number;
  readonly cells: number;
  readonly probes: number;
  readonly recall: number;
  readonly bytes: number;
  readonly buildSeconds: number;
  readonly queryMs: number;
  readonly slowQueryMs: number;
}

export async function main(args: string[]): Promise<void> {
  const [first, second, third] = plainArguments(args, 3);
  const measured =
    first === 'synthetic'
      ? await synthetic(
          wholeNumber(second ?? '1000000', 'PATCHES'),
          wholeNumber(third ?? '384', 'WIDTH'),
        )
      : await photographs(first, second, third);
  const cpuSeconds = process.cpuUsage();
  const row = {
    machine: `${os.cpus()[0]?.model.trim()} x ${os.availableParallelism()}`,
    ...measured,
    cpuSeconds: (cpuSeconds.user + cpuSeconds.system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  appendRows('lookup', [row]);
  process.stdout.write(`${JSON.stringify(row, null, 2)}\n`);
}

async function photographs(workspace?: string, run?: string, folder?: string): Promise<Measured> {
  if (workspace === undefined || run === undefined || folder === undefined)
    throw new ArgumentError('Give a workspace, a run in it and a folder of images.');
  const order = { workspace, run, folder: path.resolve(folder), words: WORDS, device: 'cpu' };
  const { about } = await buildLookup(order);
  const lookup = await openLookup({ workspace, run, name: about.name });
  const random = new RandomStream(0, 'bootstrap');
  const times = await timesOf(QUERIES, () =>
    lookup.find({
      image: random.integer(about.images),
      row: random.integer(about.rows),
      col: random.integer(about.cols),
      k: RECALL_K,
      scores: false,
    }),
  );
  await lookup.close();
  const { patches, width, cells, probes, recall, bytes, seconds } = about;
  return {
    data: `${path.basename(folder)}, ${about.images} images`,
    ...{ patches, width, cells, probes, recall: recall.value, bytes },
    buildSeconds: seconds,
    ...times,
  };
}

async function synthetic(patches: number, width: number): Promise<Measured> {
  const folder = path.join(os.tmpdir(), `conmim-bench-lookup-${process.pid}`);
  mkdirSync(folder);
  try {
    const random = new RandomStream(0, 'test');
    const rows = unitRows(random, width);
    const queries = rows(128);
    const images = Array.from({ length: queries.count }, () => -1);
    const exact = await ExactNearest.open(queries, images, RECALL_K);
    const writer = await IndexWriter.open(folder, width, PER_IMAGE);
    let drawing = 0;
    const began = performance.now();
    for (let start = 0; start < patches; start += BATCH) {
      const before = performance.now();
      const some = rows(Math.min(BATCH, patches - start));
      await exact.add(some, start, () => 0);
      drawing += performance.now() - before;
      await writer.append(some);
    }
    await exact.dispose();
    const cells = cellsFor(patches);
    const bytes = await writer.finish({ cells, words: WORDS, seed: 0 });
    await writer.dispose();
    const buildSeconds = (performance.now() - began - drawing) / 1000;
    const index = await PatchIndex.open(folder, { patches, perImage: PER_IMAGE, width, cells });
    const { probes, recall } = await chooseProbes(index, {
      ...{ queries, k: RECALL_K, imageOf: () => -1 },
      patchesOf: (query) => exact.patchesOf(query),
    });
    const asked = rows(QUERIES);
    let at = 0;
    const times = await timesOf(QUERIES, () => {
      const query = asked.data.subarray(at * width, (at + 1) * width);
      at++;
      return index.search(query, { k: RECALL_K, probes });
    });
    await index.close();
    return {
      data: `synthetic, ${DIRECTIONS} directions`,
      ...{ patches, width, cells, probes, recall: recall.value, bytes, buildSeconds },
      ...times,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Draws rows of unit length around some directions. */
function unitRows(random: RandomStream, width: number): (count: number) => FeatureRows {
  // Sums of uniform numbers are near enough to normal ones, and a billion of them are drawn.
  const fast = (state: { value: number }) => {
    state.value = (Math.imul(state.value, 1664525) + 1013904223) >>> 0;
    return state.value / 2 ** 31 - 1;
  };
  const state = { value: random.uint32() };
  const directions = Float32Array.from({ length: DIRECTIONS * width }, () => fast(state));
  return (count) => {
    const data = new Float32Array(count * width);
    for (let row = 0; row < count; row++) {
      const direction = random.integer(DIRECTIONS) * width;
      let squares = 0;
      for (let i = 0; i < width; i++) {
        const value = directions[direction + i]! + NOISE * (fast(state) + fast(state));
        data[row * width + i] = value;
        squares += value * value;
      }
      const scale = 1 / Math.sqrt(squares);
      for (let i = 0; i < width; i++) data[row * width + i]! *= scale;
    }
    return { data, count, width };
  };
}

async function timesOf(count: number, query: () => Promise<unknown>) {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await query();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return {
    queryMs: times[Math.floor(count / 2)]!,
    slowQueryMs: times[Math.floor(count * 0.95)]!,
  };
}
