/** What the thread that calls MPI is asked, and what it answers. Memory is passed by its address. */
import type { ErrorRecord } from '../../contract/errors.ts';
import type { Pointer } from '../../platform/native-library.ts';
import type { MpiFamily } from '../launched.ts';
import type { ElementKind } from './calls.ts';

export interface MpiWorkerData {
  readonly family: MpiFamily | undefined;
  /** file of the library, where one is given */
  readonly file: string | undefined;
  /** one shared number: see `askToAbort` */
  readonly flags: Int32Array<SharedArrayBuffer>;
}

export type MpiCall =
  | {
      readonly call: 'sum';
      readonly at: Pointer;
      readonly kind: ElementKind;
      readonly count: number;
    }
  | {
      readonly call: 'broadcast';
      readonly at: Pointer;
      readonly bytes: number;
      readonly root: number;
    }
  | { readonly call: 'gather-number'; readonly value: number }
  | {
      readonly call: 'gather';
      readonly at: Pointer;
      readonly to: Pointer;
      readonly counts: Int32Array;
    }
  | {
      readonly call: 'exchange';
      readonly at: Pointer;
      readonly to: Pointer;
      readonly each: number;
    }
  | { readonly call: 'barrier' | 'close' };

export type MpiRequest = MpiCall & { readonly id: number };

export interface OpenedReply {
  readonly rank: number;
  readonly size: number;
  readonly name: string;
}
export type MpiReply =
  | OpenedReply
  | {
      readonly id: number;
      readonly numbers: Int32Array | undefined;
      /** Until all ranks were there, ms. */
      readonly waitedMs: number;
    }
  /** without `id` where MPI could not be opened */
  | { readonly id?: number; readonly error: ErrorRecord };

/** Ask the thread to abort, also while it waits for other ranks. */
export function askToAbort(flags: Int32Array<SharedArrayBuffer>, exitCode: number): void {
  Atomics.store(flags, 0, exitCode + 1);
  Atomics.notify(flags, 0);
}

export function abortCode(flags: Int32Array<SharedArrayBuffer>): number | undefined {
  const asked = Atomics.load(flags, 0);
  return asked === 0 ? undefined : asked - 1;
}
