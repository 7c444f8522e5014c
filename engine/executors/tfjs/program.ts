/**
 * A program whose state are tensors of a TensorFlow.js backend. A run uploads feeds, runs the
 * kernels in order, frees each value after its last reader and downloads results. Only then do the
 * next values replace the state, so a failed run leaves the state unchanged.
 */
import type { DataTypeMap, NumericDataType } from '@tensorflow/tfjs-core';
import type { Module, TensorType } from '../../ir/types.ts';
import { bindPacks, type PackPlace } from '../../passes/bind-packs.ts';
import { prepareGraph } from '../../passes/prepare-graph.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { deviceOutOfMemory } from '../device-errors.ts';
import type { FeedData, Feeds, Result, UntypedProgram } from '../executor.ts';
import { feedOf, resultOf } from '../feeds.ts';
import { orRelease } from '../release-all.ts';
import { checkedState, readPlaced } from '../state-store.ts';
import { loweringsOf } from './backend-lowerings.ts';
import { type TfjsLoweringContext, TYPES } from './lowerings.ts';
import { type Plan, planGraph, type SlotView } from './plan.ts';
import {
  onBackend,
  type Runtime,
  type Tensor,
  type TensorFlow,
  tfjsDeviceError,
} from './tensorflow.ts';

export class TfjsProgram implements UntypedProgram {
  readonly #runtime: Runtime;
  readonly #types: ReadonlyMap<string, TensorType>;
  readonly #places: ReadonlyMap<string, PackPlace>;
  readonly #entries = new Map<string, Plan>();
  readonly #constants: Tensor[] = [];
  /** by names of packs, and of tensors outside packs */
  readonly #state = new Map<string, Tensor>();

  private constructor(
    runtime: Runtime,
    types: ReadonlyMap<string, TensorType>,
    places: ReadonlyMap<string, PackPlace>,
  ) {
    this.#runtime = runtime;
    this.#types = types;
    this.#places = places;
  }

  static async create(source: Module, runtime: Runtime): Promise<TfjsProgram> {
    const { module, places } = bindPacks(source);
    const program = new TfjsProgram(runtime, source.state, places);
    const context: TfjsLoweringContext = {
      tf: runtime.tf,
      constant: (type, data) => {
        const value = program.#upload(type, data);
        program.#constants.push(value);
        return value;
      },
    };
    const lowerings = loweringsOf(runtime.backend);
    return orRelease(program, async () => {
      await program.#onDevice(() => {
        for (const [name, graph] of Object.entries(module.entries)) {
          const prepared = prepareGraph(graph, (op) => lowerings[op] !== 'decomposed');
          program.#entries.set(name, planGraph(prepared, lowerings, context));
        }
        for (const [name, { shape }] of module.state)
          program.#put(name, runtime.tf.zeros([...shape]));
      });
      program.#requireMemory();
    });
  }

  async run(name: string, feeds: Feeds): Promise<ReadonlyMap<string, Result>> {
    const plan = this.#entries.get(name);
    if (!plan) throw new Error(`no entry ${name}`);
    const { given, next } = await this.#onDevice(() => this.#compute(plan, feeds));
    const results = new Map<string, Result>();
    for (const [i, { name, node }] of plan.results.entries()) {
      results.set(name, resultOf(node, await this.#download(given[i]!)));
      given[i]!.dispose();
    }
    plan.nextStates.forEach(({ name }, i) => {
      this.#put(name, next[i]!);
    });
    return results;
  }

  readState(names: Iterable<string> = this.#types.keys()): Promise<NamedTensors<'f32'>> {
    return readPlaced(names, this.#places, (holder) =>
      this.#download<'float32'>(this.#state.get(holder)!),
    );
  }

  async writeState(tensors: NamedTensors): Promise<void> {
    const wholes = new Map<string, Float32Array>();
    for (const [name, { data }] of checkedState(this.#types, tensors)) {
      const { holder, offset } = this.#places.get(name)!;
      const whole =
        wholes.get(holder) ?? Float32Array.from(await this.#download(this.#state.get(holder)!));
      wholes.set(holder, whole);
      whole.set(data, offset);
    }
    await this.#onDevice(() => {
      for (const [holder, whole] of wholes)
        this.#put(holder, this.#runtime.tf.tensor(whole, this.#state.get(holder)!.shape));
    });
  }

  async dispose(): Promise<void> {
    for (const tensor of [...this.#state.values(), ...this.#constants]) tensor.dispose();
    this.#state.clear();
    this.#constants.length = 0;
    this.#entries.clear();
  }

  /** WebAssembly beyond its memory limit gives wrong results, often without an error. */
  #requireMemory(): void {
    const { backend, device, tf } = this.#runtime;
    const peaks = [...this.#entries.values()].map((plan) => plan.peakBytes);
    const bytes = tf.memory().numBytes + Math.max(0, ...peaks);
    if (backend !== 'wasm' || bytes <= WASM_BYTES) return;
    const gibibytes = (bytes / 2 ** 30).toFixed(1);
    throw deviceOutOfMemory(device, `WebAssembly reaches 4 GiB, this needs ${gibibytes}`);
  }

  /** Results and next states of a plan, which the caller must free. */
  #compute(plan: Plan, feeds: Feeds): { given: Tensor[]; next: Tensor[] } {
    const { tf } = this.#runtime;
    const slots: (Tensor | undefined)[] = new Array(plan.slots);
    const free = (slot: number) => {
      slots[slot]?.dispose();
      slots[slot] = undefined;
    };
    for (const { name, into } of plan.states) slots[into] = this.#state.get(name);
    for (const { value, into } of plan.constants) slots[into] = value;
    try {
      for (const { node, into } of plan.feeds)
        slots[into] = this.#upload(node, feedOf(plan.graph, node, feeds));
      const read = ({ slot, shape }: SlotView) => shaped(tf, slots[slot]!, shape);
      for (const { kernel, operands, into, frees } of plan.steps) {
        slots[into] = tf.tidy(() => {
          const values = operands.map(read);
          return separateTensor(kernel(...values), values);
        });
        frees.forEach(free);
      }
      const outputOf = ({ from }: { readonly from: SlotView }) => tf.tidy(() => read(from).clone());
      return { given: plan.results.map(outputOf), next: plan.nextStates.map(outputOf) };
    } finally {
      plan.owned.forEach(free);
    }
  }

  /** Run on the program's backend, uninterrupted, with errors converted to those of the device. */
  async #onDevice<T>(work: () => T): Promise<T> {
    try {
      return await onBackend(this.#runtime, work);
    } catch (cause) {
      throw tfjsDeviceError(this.#runtime.device, cause) ?? cause;
    }
  }

  /** Backends may keep a given array for any time, so they get a copy. */
  #upload({ dtype, shape }: TensorType, data: FeedData): Tensor {
    return this.#runtime.tf.tensor(data.slice(), [...shape], TYPES[dtype]);
  }

  /** The backend in plain JavaScript returns the array that it keeps, so it is copied. */
  async #download<D extends NumericDataType>(tensor: Tensor): Promise<DataTypeMap[D]> {
    try {
      const data = await tensor.data<D>();
      return this.#runtime.backend === 'cpu' ? (data.slice() as typeof data) : data;
    } catch (cause) {
      throw tfjsDeviceError(this.#runtime.device, cause) ?? cause;
    }
  }

  #put(name: string, next: Tensor): void {
    this.#state.get(name)?.dispose();
    this.#state.set(name, next);
  }
}

/** The memory limit of TensorFlow.js's WebAssembly, less the space for packed operands. */
const WASM_BYTES = 3.75 * 2 ** 30;

/** A tensor in the shape in which it is read, of the same memory. */
function shaped(tf: TensorFlow, value: Tensor, shape: readonly number[]): Tensor {
  const isSame = value.shape.length === shape.length && value.shape.every((n, i) => n === shape[i]);
  return isSame ? value : tf.reshape(value, [...shape]);
}

/** The value as a separate tensor: some ops return an unchanged operand. */
function separateTensor(value: Tensor, operands: readonly Tensor[]): Tensor {
  return operands.includes(value) ? value.clone() : value;
}
