/**
 * A schedule: what an executor does to run a graph, as plain data.
 *
 * It is the layer between graphs and kernels. Which ops run as one kernel, where each value lies and
 * in which order steps run is decided here, once, for libraries of primitives and for generators of
 * code alike. Values lie in buffers; all buffers of values between inputs and outputs share one
 * arena, by their lifetimes. A reshape, transpose, slice or broadcast is no step but another view of
 * a buffer, and the parts of a concat are written where they belong.
 */
import type { DType, OpAttributes, OpName, Shape } from '../ir/types.ts';

/** Strided elements of a buffer; a stride of 0 repeats along an axis. */
export interface View {
  /** position in `Schedule.buffers` */
  readonly buffer: number;
  readonly shape: Shape;
  /** elements */
  readonly strides: readonly number[];
  /** elements */
  readonly offset: number;
}

export type Place =
  /** given at each run */
  | { readonly kind: 'feed'; readonly name: string }
  /** a tensor or pack that stays between runs */
  | { readonly kind: 'state'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: OpAttributes['constant']['data'] }
  /** `offset` in bytes from the start of the arena */
  | { readonly kind: 'arena'; readonly offset: number };

export interface Buffer {
  readonly dtype: DType;
  readonly elements: number;
  readonly bytes: number;
  readonly place: Place;
  /** The first and the last step that use it; the last of a result is the number of steps. */
  readonly from: number;
  readonly until: number;
}

/** One of a step's reads, the value of an earlier instruction of the step, or a number. */
export type Operand =
  | { readonly read: number }
  | { readonly value: number }
  | { readonly literal: number };

export interface Instruction<K extends OpName = OpName> {
  readonly op: K;
  readonly attrs: OpAttributes[K];
  readonly dtype: DType;
  readonly shape: Shape;
  readonly operands: readonly Operand[];
}

/**
 * What the first instruction is, which decides the kind of kernel: the others are elementwise ops on
 * its value. Those of a composite may be others on the same operands.
 */
export type ComputeKind = 'elementwise' | 'product' | 'reduction' | 'composite' | 'indexed';

/**
 * One kernel. Operands of elementwise instructions are views of the instruction's shape, unless kernels
 * take whole tensors; those of others are of their own shapes.
 */
export interface ComputeStep {
  readonly kind: ComputeKind;
  readonly reads: readonly View[];
  readonly body: readonly Instruction[];
  readonly writes: readonly { readonly value: number; readonly view: View }[];
}

export interface CopyStep {
  readonly kind: 'copy';
  readonly from: View;
  readonly to: View;
}

export interface FillStep {
  readonly kind: 'fill';
  readonly value: number;
  readonly to: View;
}

export type Step = ComputeStep | CopyStep | FillStep;

export interface Schedule {
  readonly name: string;
  readonly buffers: readonly Buffer[];
  readonly steps: readonly Step[];
  /** Contiguous views, valid after the last step. */
  readonly results: readonly { readonly name: string; readonly view: View }[];
  readonly arenaBytes: number;
}
