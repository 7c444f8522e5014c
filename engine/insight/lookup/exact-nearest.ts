/** The exact nearest patches of some queries, in float32, found while rows pass by. */
import type { Program } from '../../executors/executor.ts';
import { openDevice } from '../../executors/open-device.ts';
import { type FeatureRows, Neighbours } from '../../features/neighbours.ts';
import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Module } from '../../ir/types.ts';

/** Rows of a product. */
const BLOCK = 2048;

type ModuleProgram = Program<ReturnType<typeof productModule>['entries']>;

export class ExactNearest {
  readonly #program: ModuleProgram;
  readonly #queries: FeatureRows;
  readonly #images: readonly number[];
  readonly #nearest: Neighbours;

  private constructor(
    program: ModuleProgram,
    queries: FeatureRows,
    images: readonly number[],
    k: number,
  ) {
    this.#program = program;
    this.#queries = queries;
    this.#images = images;
    this.#nearest = new Neighbours(queries.count, k);
  }

  /**
   * @param queries of unit length
   * @param images the image of each query, whose own patches do not count
   */
  static async open(
    queries: FeatureRows,
    images: readonly number[],
    k: number,
    device?: string,
  ): Promise<ExactNearest> {
    const { executor, id } = await openDevice(device);
    const module = productModule(queries.count, queries.width);
    const program = await executor.compile(module, { device: id });
    return new ExactNearest(program, queries, images, k);
  }

  /** @param patch number of the first row @param imageOf the image of a row */
  async add(
    { data, count, width }: FeatureRows,
    patch: number,
    imageOf: (row: number) => number,
  ): Promise<void> {
    const queries = this.#queries;
    for (let start = 0; start < count; start += BLOCK) {
      const part = data.subarray(start * width, Math.min(count, start + BLOCK) * width);
      const rows = new Float32Array(BLOCK * width);
      rows.set(part);
      const feeds = { queries: queries.data, rows };
      const products = (await this.#program.run('main', feeds)).get('products').data;
      const here = part.length / width;
      for (let query = 0; query < queries.count; query++) {
        const own = this.#images[query];
        let least = this.#nearest.least(query);
        for (let i = 0; i < here; i++) {
          const similarity = products[query * BLOCK + i]!;
          if (similarity > least && imageOf(start + i) !== own)
            least = this.#nearest.offer(query, patch + start + i, similarity);
        }
      }
    }
  }

  /** The patches found, nearest first; fewer than k where there are no more. */
  patchesOf(query: number): number[] {
    const { k, row } = this.#nearest;
    return [...row.subarray(query * k, (query + 1) * k)].filter((patch) => patch >= 0);
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function productModule(queryCount: number, width: number) {
  const queries = ir.feed('queries', [queryCount, width]);
  const rows = ir.feed('rows', [BLOCK, width]);
  return {
    state: new Map(),
    entries: {
      main: entry('products', {
        feeds: { queries, rows },
        results: { products: ir.matmul(queries, rows, { transB: true }) },
      }),
    },
  } satisfies Module;
}
