/** The state of a training program that a checkpoint holds: its tensors and number of updates. */

import { StudioError } from '../contract/errors.ts';
import { countOf } from '../contract/number-text.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';
import type { StateHolder } from './executor.ts';

/** The name of the state tensor with the number of updates. */
const UPDATE_COUNT = 'optimizer.updates';
/** The name of the tensor with loss scale and number of good steps; in float16 only. */
const LOSS_SCALE = 'optimizer.loss_scale';

interface SavedScale {
  readonly state: readonly [scale: number, goodSteps: number];
  restore(state: readonly [number, number]): void;
}

export class TrainingState {
  /** Number of updates, on which the optimizer's bias corrections depend. */
  updates = 0;
  readonly #program: StateHolder;
  readonly #names: readonly string[];
  readonly #scale: SavedScale | undefined;

  /** @param names the state tensors that a checkpoint holds */
  constructor(program: StateHolder, names: readonly string[], scale?: SavedScale) {
    this.#program = program;
    this.#names = names;
    this.#scale = scale;
  }

  async read(): Promise<NamedTensors> {
    const tensors = new Map<string, HostTensor>(await this.#program.readState(this.#names));
    const count = BigInt64Array.of(BigInt(this.updates));
    tensors.set(UPDATE_COUNT, { dtype: 'i64', shape: [1], data: count });
    if (this.#scale !== undefined) {
      const numbers = BigInt64Array.from(this.#scale.state, BigInt);
      tensors.set(LOSS_SCALE, { dtype: 'i64', shape: [2], data: numbers });
    }
    return tensors;
  }

  /** @throws StudioError `state-mismatch` when a tensor is missing, unexpected or of another shape */
  async write(state: NamedTensors): Promise<void> {
    const tensors = new Map(state);
    const count = tensors.get(UPDATE_COUNT);
    tensors.delete(UPDATE_COUNT);
    // A run in another precision has saved none, or one that is not needed.
    const scale = tensors.get(LOSS_SCALE);
    tensors.delete(LOSS_SCALE);
    const missing = this.#names.filter((name) => !tensors.has(name));
    const known = new Set(this.#names);
    const unexpected = [...tensors.keys()].filter((name) => !known.has(name));
    if (!count || missing.length > 0 || unexpected.length > 0)
      throw new StudioError(
        'state-mismatch',
        `The saved state does not fit this recipe: ${countOf(missing.length, 'tensor is', 'tensors are')} missing, ${unexpected.length} are unexpected${count ? '' : `, ${UPDATE_COUNT} is missing`}`,
        {
          advice: 'Resume with the recipe that the run was started with.',
          details: { missing: missing.slice(0, 10), unexpected: unexpected.slice(0, 10) },
        },
      );
    await this.#program.writeState(tensors);
    this.updates = Number(count.data[0]);
    if (scale !== undefined) this.#scale?.restore([Number(scale.data[0]), Number(scale.data[1])]);
  }
}
