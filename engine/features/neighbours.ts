/** Nearest neighbours of rows by cosine similarity. */
import { StudioError } from '../contract/errors.ts';
import type { Program, Result } from '../executors/executor.ts';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import type { Module } from '../ir/types.ts';
import { dot } from './dot.ts';

/** Rows of features, [count, width], row-major. */
export interface FeatureRows {
  readonly data: Float32Array;
  readonly count: number;
  readonly width: number;
}

/** The k most similar rows of each query row, most similar first; at ties the earlier row first. */
export class Neighbours {
  readonly k: number;
  /** [queries, k] */
  readonly similarity: Float64Array;
  /** [queries, k] */
  readonly row: Int32Array;

  constructor(asked: number, k: number) {
    this.k = k;
    this.similarity = new Float64Array(asked * k).fill(Number.NEGATIVE_INFINITY);
    this.row = new Int32Array(asked * k).fill(-1);
  }

  /** The similarity that a row must exceed to be among the k. */
  least(asked: number): number {
    return this.similarity[(asked + 1) * this.k - 1]!;
  }

  /** @returns the new `least` */
  offer(asked: number, row: number, similarity: number): number {
    const first = asked * this.k;
    let at = first + this.k - 1;
    if (!(similarity > this.similarity[at]!)) return this.similarity[at]!;
    while (at > first && similarity > this.similarity[at - 1]!) {
      this.similarity[at] = this.similarity[at - 1]!;
      this.row[at] = this.row[at - 1]!;
      at--;
    }
    this.similarity[at] = similarity;
    this.row[at] = row;
    return this.least(asked);
  }
}

/** Rows of each side per block of the plain loop, so that both stay in cache. */
const LOOP_BLOCK = 64;
/** Query rows per product on a device: 8 MiB of similarities. */
const ASKED_BLOCK = 512;
const KNOWN_BLOCK = 4096;

/**
 * Find neighbours by matrix products on a device.
 * @throws StudioError `features-not-finite`, `device-unknown`, `device-unavailable`
 */
export async function findNeighbours(
  known: FeatureRows,
  asked: FeatureRows,
  k: number,
  device?: string,
): Promise<Neighbours> {
  const knownScale = inverseLengths(known);
  const askedScale = inverseLengths(asked);
  const nearest = new Neighbours(asked.count, k);
  const blocks = { asked: ASKED_BLOCK, known: KNOWN_BLOCK };
  const { executor, id } = await openDevice(device);
  const program = await executor.compile(productModule(blocks, known.width), { device: id });
  try {
    for (let i0 = 0; i0 < asked.count; i0 += blocks.asked) {
      const askedRows = blockOf(asked, i0, blocks.asked);
      const i1 = Math.min(asked.count, i0 + blocks.asked);
      for (let j0 = 0; j0 < known.count; j0 += blocks.known) {
        const products = await multiply(program, askedRows, blockOf(known, j0, blocks.known));
        const j1 = Math.min(known.count, j0 + blocks.known);
        for (let i = i0; i < i1; i++) {
          const at = (i - i0) * blocks.known - j0;
          const scale = askedScale[i]!;
          let least = nearest.least(i);
          for (let j = j0; j < j1; j++) {
            const similarity = products[at + j]! * scale * knownScale[j]!;
            if (similarity > least) least = nearest.offer(i, j, similarity);
          }
        }
      }
    }
    return nearest;
  } finally {
    await program.dispose();
  }
}

/** Neighbours by a plain loop, to check the fast one. @throws StudioError `features-not-finite` */
export function findNeighboursByLoop(
  known: FeatureRows,
  asked: FeatureRows,
  k: number,
): Neighbours {
  const width = known.width;
  const knownScale = inverseLengths(known);
  const askedScale = inverseLengths(asked);
  const nearest = new Neighbours(asked.count, k);
  for (let i0 = 0; i0 < asked.count; i0 += LOOP_BLOCK) {
    const i1 = Math.min(asked.count, i0 + LOOP_BLOCK);
    for (let j0 = 0; j0 < known.count; j0 += LOOP_BLOCK) {
      const j1 = Math.min(known.count, j0 + LOOP_BLOCK);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) {
          const product = dot(asked.data, i * width, known.data, j * width, width);
          nearest.offer(i, j, product * askedScale[i]! * knownScale[j]!);
        }
      }
    }
  }
  return nearest;
}

/** The inverse length of each row; finite for rows of zeros. */
function inverseLengths({ data, count, width }: FeatureRows): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const length = Math.sqrt(dot(data, i * width, data, i * width, width));
    if (Number.isFinite(length)) return 1 / Math.max(length, 1e-12);
    throw new StudioError(
      'features-not-finite',
      `The features of image ${i} hold numbers that are not finite.`,
      { advice: 'The weights may be broken: use an earlier checkpoint.' },
    );
  });
}

interface Blocks {
  readonly asked: number;
  readonly known: number;
}

type ProductEntries = ReturnType<typeof productModule>['entries'];

function productModule(blocks: Blocks, width: number) {
  const asked = ir.feed('asked', [blocks.asked, width]);
  const known = ir.feed('known', [blocks.known, width]);
  const node = ir.matmul(asked, known, { transB: true });
  return {
    state: new Map(),
    entries: {
      main: entry('products', { feeds: { asked, known }, results: { products: node } }),
    },
  } satisfies Module;
}

async function multiply(
  program: Program<ProductEntries>,
  asked: Float32Array,
  known: Float32Array,
): Promise<Result['data']> {
  const results = await program.run('main', { asked, known });
  return results.get('products').data;
}

/** `rows` rows from `start`, with zeros after the last. Whole blocks are not copied. */
function blockOf({ data, width }: FeatureRows, start: number, rows: number): Float32Array {
  const found = data.subarray(start * width, (start + rows) * width);
  if (found.length === rows * width) return found;
  const padded = new Float32Array(rows * width);
  padded.set(found);
  return padded;
}
