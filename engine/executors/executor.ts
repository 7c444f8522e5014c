/** What every executor offers: compile a module, run its entries, keep its state. */
import type { Precision } from '../contract/precision.ts';
import type { Device } from '../contract/studio/api.ts';
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

/** What holds for every device of a kind, and is known without looking for one. */
export interface DeviceTraits {
  /** What computes: a step's memory is the machine's or the card's. */
  readonly computesOn: 'processor' | 'card';
  /** Terms of a product in float16 at the most; no limit where it is left out. */
  readonly longestHalfSum?: number;
  /** What stands between the program and the device, for people. */
  readonly route?: string;
}

/** An op that an executor cannot run, and why. */
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
 * A compiled module. State lives on the device between runs; only results come back.
 * Results are valid until the next run of the same entry.
 *
 * Any method may throw StudioError `device-lost` or `device-out-of-memory` (device-errors.ts); the
 * program is of no more use then, but to be disposed.
 */
export interface Program<E extends Entries = Entries> extends StateHolder {
  run<K extends keyof E & string>(entry: K, feeds: FeedsOf<E[K]>): Promise<ResultsOf<E[K]>>;
  dispose(): Promise<void>;
}

/** A program as executors make it, which know no names. */
export interface UntypedProgram extends StateHolder {
  run(entry: string, feeds: Feeds): Promise<ReadonlyMap<string, Result>>;
  dispose(): Promise<void>;
}

export interface StateHolder {
  /** Copies of the named state tensors (all when left out). */
  readState(names?: readonly string[]): Promise<NamedTensors<'f32'>>;
  /** Overwrites the given state tensors. @throws StudioError `state-mismatch` for unknown names or shapes */
  writeState(tensors: NamedTensors): Promise<void>;
}

/** What one entry of a module takes on a device at the least, worked out from its graph, bytes. */
export interface MemoryNeed {
  /** kept between runs */
  readonly stateBytes: number;
  /** what one run of the entry holds beside the state */
  readonly entryBytes: number;
}

export interface Executor {
  readonly id: string;
  /** The npm package that computes, where it is not this program. */
  readonly library?: string;
  /** By what its device ids begin with. */
  readonly kinds: Readonly<Record<string, DeviceTraits>>;
  /** @param kind only those of this kind: looking for the others may take a while */
  devices(kind?: string): Promise<Device[]>;
  supports(module: Module): Gap[];
  /** Nothing is compiled or run, and the device need not be there. */
  plan(module: Module, entry: string, options?: CompileOptions): MemoryNeed;
  compile<E extends Entries>(module: Module<E>, options?: CompileOptions): Promise<Program<E>>;
}
