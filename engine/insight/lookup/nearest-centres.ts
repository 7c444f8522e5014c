/** For each of many rows the most similar one of a set of centres, by matrix products on a device. */
import type { Program } from '../../executors/executor.ts';
import { openDevice } from '../../executors/open-device.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Module } from '../../ir/types.ts';

/** Rows of a product. */
const BLOCK = 2048;

export interface NearestFound {
  /** [rows] index of the centre; at ties the first */
  readonly centre: Int32Array;
  /** [rows] its product with the row */
  readonly similarity: Float32Array;
}

type ModuleProgram = Program<ReturnType<typeof nearestModule>['entries']>;

export class NearestCentres {
  readonly #program: ModuleProgram;
  readonly #width: number;

  private constructor(program: ModuleProgram, width: number) {
    this.#program = program;
    this.#width = width;
  }

  /** @throws StudioError `device-unknown`, `device-unavailable` */
  static async open(centres: number, width: number, device?: string): Promise<NearestCentres> {
    const { executor, id } = await openDevice(device);
    const program = await executor.compile(nearestModule(centres, width), { device: id });
    return new NearestCentres(program, width);
  }

  /** @param rows [count, width] @param centres [centres, width] */
  async find({ data, count }: FeatureRows, centres: Float32Array): Promise<NearestFound> {
    const width = this.#width;
    const centre = new Int32Array(count);
    const similarity = new Float32Array(count);
    for (let start = 0; start < count; start += BLOCK) {
      const end = Math.min(count, start + BLOCK);
      let rows = data.subarray(start * width, end * width);
      if (end - start < BLOCK) {
        const padded = new Float32Array(BLOCK * width);
        padded.set(rows);
        rows = padded;
      }
      const results = await this.#program.run('main', { rows, centres });
      centre.set(results.get('centre').data.subarray(0, end - start), start);
      similarity.set(results.get('similarity').data.subarray(0, end - start), start);
    }
    return { centre, similarity };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function nearestModule(centreCount: number, width: number) {
  const rows = ir.feed('rows', [BLOCK, width]);
  const centres = ir.feed('centres', [centreCount, width]);
  const products = ir.matmul(rows, centres, { transB: true });
  return {
    state: new Map(),
    entries: {
      main: entry('nearest-centres', {
        feeds: { rows, centres },
        results: {
          centre: ir.cast(ir.argmax(products), 'f32'),
          similarity: ir.reduceMax(products, [1]),
        },
      }),
    },
  } satisfies Module;
}
