/** What turns steps of a schedule into calls: the context that all kinds of steps share. */
import { ELEMENT_BYTES } from '../../passes/value-bytes.ts';
import type { Pointer } from '../../platform/native-library.ts';
import type { View } from '../../schedule/schedule.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import type { SquareSums } from '../elementwise/square-sums.ts';
import { allocate, arrayIn, type Piece } from './memory.ts';
import type { Native } from './native.ts';
import type { Primitive, Primitives } from './primitives.ts';
import { denseStrides, type Layout, type Tensor } from './tensors.ts';

/** One piece of work of a run. */
export type Call = NativeCall | HostCall;

export interface NativeCall {
  readonly primitive: Pointer;
  readonly args: BigUint64Array;
}

/** What no primitive computes, or not fast. */
export interface HostCall {
  readonly what: string;
  /** elements that are computed */
  readonly elements: number;
  run(): void;
}

export class Lowering {
  readonly calls: Call[] = [];
  readonly primitives: Primitives;
  /** of what lies in the memory of loops; undefined where there is none */
  readonly squareSums: SquareSums | undefined;
  readonly #tensorOf: (view: View) => Tensor;
  readonly #native: Native;
  /** Constants that kernels need: ones, by length. */
  readonly #ones = new Map<number, Tensor>();
  /** Memory between the calls of one step, by its position among them and size. */
  readonly #scratch = new Map<string, Piece>();
  #used = 0;
  /** Values that steps leave for later ones, by name. */
  readonly #kept = new Map<string, Tensor>();

  constructor(
    primitives: Primitives,
    tensorOf: (view: View) => Tensor,
    squareSums?: SquareSums | undefined,
  ) {
    this.primitives = primitives;
    this.squareSums = squareSums;
    this.#native = primitives.native;
    this.#tensorOf = tensorOf;
  }

  /** Begin the next step: scratch memory of earlier ones may be overwritten. */
  nextStep(): void {
    this.#used = 0;
  }

  tensorOf(view: View): Tensor {
    return this.#tensorOf(view);
  }

  call(
    { pointer }: Primitive,
    pairs: Parameters<Primitives['args']>[0],
    postOps?: Parameters<Primitives['args']>[1],
  ): void {
    this.calls.push({ primitive: pointer, args: this.primitives.args(pairs, postOps) });
  }

  host(call: HostCall): void {
    this.calls.push(call);
  }

  /** Memory for the rest of the step, of unknown content. */
  scratch(shape: readonly number[], dtype: FloatType = 'f32'): Tensor {
    const needed = ELEMENT_BYTES[dtype] * elementCount(shape);
    const bytes = 2 ** Math.ceil(Math.log2(Math.max(64, needed)));
    const key = `${this.#used++} ${bytes}`;
    const piece = this.#scratch.get(key) ?? allocate(this.#native, bytes);
    this.#scratch.set(key, piece);
    return tensorAt(piece, shape, dtype);
  }

  /** Memory that no other step uses. */
  own(shape: readonly number[]): Tensor {
    return tensorAt(allocate(this.#native, 4 * elementCount(shape)), shape);
  }

  ones(length: number): Tensor {
    const known = this.#ones.get(length);
    if (known !== undefined) return known;
    const tensor = this.own([length]);
    tensor.array.fill(1);
    this.#ones.set(length, tensor);
    return tensor;
  }

  keep(name: string, tensors: readonly Tensor[]): void {
    tensors.forEach((tensor, i) => {
      this.#kept.set(`${name} ${i}`, tensor);
    });
  }

  kept(name: string, position: number): Tensor | undefined {
    return this.#kept.get(`${name} ${position}`);
  }
}

/** The floating-point types of values here. */
export type FloatType = 'f32' | 'bf16';

/** The type of a copy: integers are copied as numbers with fractions. */
export function floatTypeOf({ dtype }: Pick<Tensor, 'dtype'>): FloatType {
  return dtype === 'bf16' ? 'bf16' : 'f32';
}

function tensorAt(piece: Piece, shape: readonly number[], dtype: FloatType = 'f32'): Tensor {
  const array = arrayIn(piece, dtype, elementCount(shape));
  const strides = denseStrides(shape);
  return { dtype, shape, strides, array, offset: 0, address: piece.address };
}

/** A part of a tensor's memory in another layout. @param at elements from its first one */
export function part(tensor: Tensor, layout: Layout, at = 0): Tensor {
  const bytes = BigInt(at * ELEMENT_BYTES[tensor.dtype]);
  return {
    ...tensor,
    ...layout,
    offset: tensor.offset + at,
    address: tensor.address + bytes,
  };
}

/** Whether two tensors may have memory in common. */
export function overlap(a: Tensor, b: Tensor): boolean {
  return startOf(a) < endOf(b) && startOf(b) < endOf(a);
}

const startOf = ({ address }: Tensor) => address;

function endOf({ address, shape, strides, dtype }: Tensor): bigint {
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  return address + BigInt((last + 1) * ELEMENT_BYTES[dtype]);
}
