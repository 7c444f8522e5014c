/** The interface of executors: compile a module, run its entries, keep its state. */
import type { Precision } from '../contract/precision.ts';
import type { Device } from '../contract/studio/devices.ts';
import type {
  Entries,
  FeedData,
  Feeds,
  FeedsOf,
  Module,
  OpName,
  Result,
  ResultsOf,
} from '../ir/types.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export type { Device, FeedData, Feeds, Result };
export type DeviceKind = Device['kind'];

/** Traits of all devices of a kind, known without looking for one. */
export interface DeviceTraits {
  /** Whether a step takes memory of the machine or of the card. */
  readonly computesOn: 'processor' | 'card';
  /** True for devices that others are compared with and that nothing is trained on. */
  readonly isForChecks?: true;
  /** Most terms of a product in float16; unlimited when left out. */
  readonly longestHalfSum?: number;
  /** Libraries between the program and the device, as shown to users. */
  readonly route?: string;
}

/** An op that an executor cannot run, with the reason. */
export interface Gap {
  readonly op: OpName;
  readonly reason: string;
}

export interface CompileOptions {
  readonly device?: string;
  readonly threads?: number;
  /** `float32` when left out */
  readonly precision?: Precision;
}

/**
 * A compiled module. State stays on the device between runs; only results are returned. Results are
 * valid until the next run of the same entry.
 *
 * Every method may throw StudioError `device-lost` or `device-out-of-memory` (device-errors.ts);
 * afterwards the program can only be disposed.
 */
export interface Program<E extends Entries = Entries> extends StateHolder {
  run<K extends keyof E & string>(
    entry: K,
    feeds: FeedsOf<E[K]>,
    observer?: RunObserver,
  ): Promise<ResultsOf<E[K]>>;
  dispose(): Promise<void>;
}

/** A program without types for the names of feeds and results. */
export interface UntypedProgram extends StateHolder {
  run(entry: string, feeds: Feeds, observer?: RunObserver): Promise<ReadonlyMap<string, Result>>;
  dispose(): Promise<void>;
}

/** Hears of a run while it goes on. Executors that compute an entry in one call tell nothing. */
export interface RunObserver {
  /** These state tensors have their next values, and the rest of the run does not use them. */
  stateReady(names: readonly string[]): void;
}

export interface StateHolder {
  /** Copies of the named state tensors (all when left out). */
  readState(names?: readonly string[]): Promise<NamedTensors<'f32'>>;
  /**
   * Overwrite the given state tensors.
   * @throws StudioError `state-mismatch` for unknown names or shapes
   */
  writeState(tensors: NamedTensors): Promise<void>;
  /**
   * Where state tensors lie, in the order of the names, of a program that keeps them in memory of this
   * process: what is written there is the state. It may be used while no entry runs that uses it, or
   * after the run has told its observer that the tensor is ready.
   */
  stateMemory?(names: readonly string[]): ReadonlyMap<string, Float32Array> | undefined;
}

/** A lower bound of the memory that an entry takes on a device, computed from its graph. */
export interface MemoryNeed {
  /** kept between runs */
  readonly stateBytes: number;
  /** held by one run of the entry in addition to the state */
  readonly entryBytes: number;
}

export interface Executor {
  readonly id: string;
  /** The npm package that computes; left out where it is this program. */
  readonly library?: string;
  readonly kinds: Readonly<Record<string, DeviceTraits>>;
  /** By kind, in the order of lists for users; looking for those of a kind may take seconds. */
  readonly devices: Readonly<Record<string, () => Promise<Device[]>>>;
  supports(module: Module): Gap[];
  /** Plan memory. Nothing is compiled or run, and the device need not be present. */
  plan(module: Module, entry: string, options?: CompileOptions): MemoryNeed;
  compile<E extends Entries>(module: Module<E>, options?: CompileOptions): Promise<Program<E>>;
}
