/**
 * A program of oneDNN primitives. State and all values between lie in memory of this process, which
 * primitives read and write where it is. Elementwise entries, above all the optimizer's update, run as
 * one loop over the state.
 *
 * A run returns to the event loop between primitives, so that the process answers while it computes.
 */

import { getOrMake } from '../../contract/maps.ts';
import type { Precision } from '../../contract/precision.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { Graph, GraphOutput, Module, Node } from '../../ir/types.ts';
import { ELEMENT_BYTES } from '../../passes/value-bytes.ts';
import { finishedState } from '../../schedule/finished-state.ts';
import type { Buffer, Schedule, View } from '../../schedule/schedule.ts';
import { scheduleGraph } from '../../schedule/schedule-graph.ts';
import { elementCount, type NamedTensors } from '../../tensor/host-tensor.ts';
import { isNarrow, NARROW_FLOATS } from '../../tensor/narrow-floats.ts';
import { deviceFailed, deviceOutOfMemory, graphRefused } from '../device-errors.ts';
import {
  compileElementwise,
  type ElementwiseProgram,
  isElementwise,
} from '../elementwise/elementwise-program.ts';
import { createState } from '../elementwise/looped-state.ts';
import { SquareSums } from '../elementwise/square-sums.ts';
import type { Feeds, Result, RunObserver, UntypedProgram } from '../executor.ts';
import { feedOf, resultOf } from '../feeds.ts';
import type { StateStore } from '../state-store.ts';
import { OUT_OF_MEMORY } from './constants.ts';
import type { OneDnn } from './library.ts';
import { lowerSchedule } from './lower-schedule.ts';
import type { Call } from './lowering.ts';
import { allocate, arrayIn, type Piece } from './memory.ts';
import { StatusError } from './native.ts';
import { Primitives } from './primitives.ts';
import type { Tensor, WideArray } from './tensors.ts';
import { ONEDNN_KERNELS, prepareOnednnGraph } from './traits.ts';

type Entry = StepsEntry | ElementwiseProgram;

interface StepsEntry {
  readonly graph: Graph;
  readonly feeds: readonly { readonly node: Node<'input'>; readonly array: WideArray }[];
  readonly calls: readonly Call[];
  /** State tensors that are finished when so many calls are done. */
  readonly finished: ReadonlyMap<number, readonly string[]>;
  readonly results: readonly { readonly output: GraphOutput; readonly array: WideArray }[];
}

/** What a module is compiled for. */
interface ProgramOrder {
  readonly library: OneDnn;
  readonly device: string;
  readonly threads: number;
  /** float32 when left out */
  readonly precision?: Precision;
}

/** The longest time without a return to the event loop, apart from that of one primitive. */
const LONGEST_MS = 12;

export class OnednnProgram implements UntypedProgram {
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  readonly primitives: Primitives;
  readonly #device: string;
  readonly #library: OneDnn;
  readonly #threads: number;
  readonly #state: StateStore<Float32Array>;
  readonly #entries = new Map<string, Entry>();
  #turn: Promise<unknown> = Promise.resolve();

  static create(module: Module, order: ProgramOrder): OnednnProgram {
    try {
      return new OnednnProgram(module, order);
    } catch (error) {
      throw memoryError(order.device, error) ?? error;
    }
  }

  private constructor(module: Module, order: ProgramOrder) {
    const { library, device, threads, precision } = order;
    this.#device = device;
    this.#library = library;
    this.#threads = threads;
    const { native } = library;
    native.setThreads(threads);
    this.primitives = new Primitives(native, library.postOpBase);
    const { normalisesColumns } = library;
    const graphs = Object.entries(module.entries).map(
      ([name, source]) =>
        [name, prepareOnednnGraph(source, { precision, normalisesColumns })] as const,
    );
    const { store, linear } = createState(
      module,
      graphs.map(([, graph]) => graph),
      (length) => arrayIn(allocate(native, 4 * length), 'f32', length) as Float32Array,
      threads > 1 && native.takesShared(),
    );
    this.#state = store;
    const squareSums = linear && new SquareSums(linear.memory);
    for (const [name, graph] of graphs)
      this.#entries.set(
        name,
        linear && isElementwise(graph)
          ? compileElementwise(graph, linear, (array) => store.get(array), threads)
          : this.#compileOrRefuse(graph, squareSums),
      );
    this.calls = new Map(
      [...this.#entries].flatMap(([name, entry]) =>
        'calls' in entry ? [[name, entry.calls] as const] : [],
      ),
    );
  }

  run(name: string, feeds: Feeds, observer?: RunObserver): Promise<ReadonlyMap<string, Result>> {
    // Runs share the memory of values.
    const result = this.#turn.then(() => this.#run(name, feeds, observer));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async readState(names?: readonly string[]): Promise<NamedTensors<'f32'>> {
    return this.#state.read(names);
  }

  async writeState(tensors: NamedTensors): Promise<void> {
    this.#state.write(tensors);
  }

  stateMemory(names: readonly string[]): ReadonlyMap<string, Float32Array> {
    return this.#state.memory(names);
  }

  async dispose(): Promise<void> {
    await this.#turn;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#state.arrays.clear();
    this.primitives.dispose();
    await Promise.all(entries.map((entry) => ('calls' in entry ? undefined : entry.dispose())));
  }

  async #run(
    name: string,
    feeds: Feeds,
    observer: RunObserver | undefined,
  ): Promise<ReadonlyMap<string, Result>> {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`no entry ${name}`);
    if (!('calls' in entry)) {
      await entry.run(feeds);
      return new Map();
    }
    for (const { node, array } of entry.feeds) array.set(feedOf(entry.graph, node, feeds));
    await this.#execute(entry, observer);
    return new Map(
      entry.results.map(({ output, array }) => [output.name, resultOf(output.node, array.slice())]),
    );
  }

  async #execute(
    { calls, finished }: StepsEntry,
    observer: RunObserver | undefined,
  ): Promise<void> {
    const { native } = this.#library;
    const spin = this.#threads > 1 ? this.#library.spin : undefined;
    native.setThreads(this.#threads);
    let began = performance.now();
    spin?.look(began);
    for (const [i, call] of calls.entries()) {
      if ('run' in call) call.run();
      else {
        const status = native.execute(call.primitive, call.args);
        if (status !== 0) {
          const error = new StatusError('execute', status);
          throw memoryError(this.#device, error) ?? deviceFailed(this.#device, error);
        }
      }
      const names = observer && finished.get(i + 1);
      if (names !== undefined) observer!.stateReady(names);
      if (performance.now() - began < LONGEST_MS) continue;
      await new Promise(setImmediate);
      // Another program may have run in the meantime.
      native.setThreads(this.#threads);
      began = performance.now();
      spin?.look(began);
    }
  }

  /** @throws StudioError `compile-failed` where the library makes no primitive of it */
  #compileOrRefuse(graph: Graph, squareSums: SquareSums | undefined): StepsEntry {
    try {
      return this.#compile(graph, squareSums);
    } catch (error) {
      if (!(error instanceof StatusError) || error.status === OUT_OF_MEMORY) throw error;
      throw graphRefused(this.#device, graph, error);
    }
  }

  #compile(graph: Graph, squareSums: SquareSums | undefined): StepsEntry {
    const { native } = this.#library;
    const schedule = scheduleGraph(graph, ONEDNN_KERNELS);
    const arena = allocate(native, schedule.arenaBytes);
    const places = schedule.buffers.map((buffer) => this.#place(buffer, arena));
    const tensorOf = (view: View): Tensor => {
      const { array, address } = places[view.buffer]!;
      const { dtype } = schedule.buffers[view.buffer]!;
      if (dtype === 'f16') throw new Error('oneDNN is given no float16');
      const { shape, strides, offset } = view;
      const bytes = BigInt(offset * ELEMENT_BYTES[dtype]);
      return { dtype, shape, strides, array, offset, address: address + bytes };
    };
    const { calls, ends } = lowerSchedule(schedule, this.primitives, tensorOf, squareSums);
    const finished = new Map<number, string[]>();
    for (const [step, names] of finishedState(schedule))
      getOrMake(finished, ends[step]!, () => []).push(...names);
    const feeds = nodesOf(graph).flatMap((node) => {
      if (node.op !== 'input' || node.attrs.role !== 'feed') return [];
      const { name } = node.attrs;
      const at = schedule.buffers.findIndex(
        ({ place }) => place.kind === 'feed' && place.name === name,
      );
      return [{ node, array: places[at]!.array as WideArray }];
    });
    return { graph, calls, finished, feeds, results: resultsOf(graph, schedule, tensorOf) };
  }

  #place({ dtype, elements, bytes, place, until }: Buffer, arena: Piece) {
    if (dtype === 'f16') throw new Error('oneDNN is given no float16');
    const { native } = this.#library;
    if (place.kind === 'state') {
      const array = this.#state.get(place.name);
      // A view of one byte, since no view has more than 2^32.
      const start = native.addressOf(new Uint8Array(array.buffer, 0, 1));
      return { array, address: start + BigInt(array.byteOffset) };
    }
    if (place.kind === 'arena') {
      const byteOffset = arena.byteOffset + place.offset;
      const array = arrayIn({ buffer: arena.buffer, byteOffset }, dtype, until < 0 ? 0 : elements);
      return { array, address: arena.address + BigInt(place.offset) };
    }
    const piece = allocate(native, bytes);
    const array = arrayIn(piece, dtype, elements);
    if (place.kind === 'constant')
      array.set(isNarrow(dtype) ? Array.from(place.data, NARROW_FLOATS[dtype].bitsOf) : place.data);
    return { array, address: piece.address };
  }
}

function resultsOf(
  graph: Graph,
  { results }: Schedule,
  tensorOf: (view: View) => Tensor,
): StepsEntry['results'] {
  const outputs = new Map(graph.outputs.map((output) => [output.name, output]));
  return results.map(({ name, view }) => {
    const { array, offset, shape } = tensorOf(view);
    const own = (array as WideArray).subarray(offset, offset + elementCount(shape));
    return { output: outputs.get(name)!, array: own };
  });
}

/** The error of too little memory, if that is the cause. */
function memoryError(device: string, cause: unknown): Error | undefined {
  const isNative = cause instanceof StatusError && cause.status === OUT_OF_MEMORY;
  const isOwn =
    cause instanceof RangeError && /allocation failed|Invalid (typed )?array/i.test(cause.message);
  return isNative || isOwn ? deviceOutOfMemory(device, cause) : undefined;
}
