/** What every executor offers: compile a module, run its entries, keep its state. */
import type { Module, OpName } from '../ir/types.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';

/** A device as `conmim devices` shows it; one that cannot be used says why. */
export interface Device {
  /** `cpu`, `webgpu`, … with `:N` for the Nth of a kind */
  readonly id: string;
  readonly executor: string;
  readonly name: string;
  readonly available: boolean;
  /** why it is not available, and what to do */
  readonly reason?: string;
  readonly detail?: string;
}

/** An op that an executor cannot run, and why. */
export interface Gap {
  readonly op: OpName;
  readonly reason: string;
}

export interface CompileOptions {
  readonly device?: string;
  readonly threads?: number;
}

/** Values for `feed` inputs by name: float32, int32, or bytes for bool. */
export type Feeds = Readonly<Record<string, Float32Array | Int32Array | Uint8Array>>;
export type Results = ReadonlyMap<string, HostTensor>;

/**
 * A compiled module. State lives on the device between runs; only results come back.
 * Results are valid until the next run of the same entry.
 */
export interface Program {
  run(entry: string, feeds: Feeds): Promise<Results>;
  /** Copies of the named state tensors (all when left out). */
  readState(names?: readonly string[]): Promise<NamedTensors>;
  /** Overwrites the given state tensors. @throws StudioError `state-mismatch` for unknown names or shapes */
  writeState(tensors: NamedTensors): Promise<void>;
  dispose(): Promise<void>;
}

export interface Executor {
  readonly id: string;
  devices(): Promise<Device[]>;
  supports(module: Module): Gap[];
  compile(module: Module, options?: CompileOptions): Promise<Program>;
}
