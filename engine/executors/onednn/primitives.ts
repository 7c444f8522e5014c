/**
 * Primitives by what describes them, each made once, and the memories that they are run with.
 *
 * Where the library has no fast implementation it silently takes one that is called `ref` and often a
 * hundred times slower. Such primitives are refused, so that the caller takes another way.
 */
import type { Pointer } from '../../platform/native-library.ts';
import { DATA_TYPES, QUERY_IMPLEMENTATION, UNIMPLEMENTED } from './constants.ts';
import { type MakerName, type Native, StatusError } from './native.ts';
import { descriptorOf, type Layout, type Tensor } from './tensors.ts';

/** An operation on each element of a primitive's result. */
export type PostOp =
  | { readonly kind: 'eltwise'; readonly op: number; readonly alpha: number; readonly beta: number }
  | { readonly kind: 'binary'; readonly op: number; readonly operand: Tensor };

/** The library takes 32. */
export const MOST_POST_OPS = 24;

export interface Primitive {
  readonly pointer: Pointer;
  /** the description, which gradients take as a hint */
  readonly desc: Pointer;
  readonly implementation: string;
}

export class Primitives {
  readonly native: Native;
  readonly #postOpBase: number;
  readonly #descs = new Map<string, Pointer>();
  readonly #made = new Map<string, Primitive | undefined>();
  readonly #memories = new Map<string, Pointer>();
  /** What memories point to, which would be freed if nothing in JavaScript used it. */
  readonly #held = new Set<ArrayBufferLike>();

  constructor(native: Native, postOpBase: number) {
    this.native = native;
    this.#postOpBase = postOpBase;
  }

  /** Names of the implementations of all primitives. */
  get implementations(): string[] {
    return [...this.#made.values()].flatMap((made) => made?.implementation ?? []);
  }

  /** What a primitive is: its maker and implementation. */
  nameOf(pointer: Pointer): string {
    const found = [...this.#made].find(([, made]) => made?.pointer === pointer);
    return found === undefined ? '' : `${found[0].split(' ')[0]} ${found[1]!.implementation}`;
  }

  /** The description of a tensor's memory; repeated axes are of size 1. */
  desc({ dtype, ...layout }: Layout & Pick<Tensor, 'dtype'>): Pointer {
    const { shape, strides } = descriptorOf(layout);
    const key = `${dtype} ${shape} ${strides}`;
    const known = this.#descs.get(key);
    if (known !== undefined) return known;
    const made = this.native.make(
      'memoryDesc',
      shape.length,
      BigInt64Array.from(shape, BigInt),
      dtype === 'bool' ? DATA_TYPES.bool : DATA_TYPES[dtype],
      BigInt64Array.from(strides, BigInt),
    );
    this.#descs.set(key, made);
    return made;
  }

  memory(tensor: Tensor): Pointer {
    const desc = this.desc(tensor);
    const key = `${desc} ${tensor.address}`;
    const known = this.#memories.get(key);
    if (known !== undefined) return known;
    const made = this.native.make('memory', desc, this.native.engine, tensor.address);
    this.#memories.set(key, made);
    this.#held.add(tensor.array.buffer);
    return made;
  }

  /**
   * @param args of the maker after the engine, without attributes: descriptions and numbers
   * @param takesFirst of a product: whether it has a shape for which the library's choice is the faster with AVX-512
   * @returns undefined where the library has no fast implementation
   */
  find(
    maker: MakerName,
    args: readonly (Pointer | number | null)[],
    postOps: readonly PostOp[] = [],
    takesFirst = false,
  ): Primitive | undefined {
    const key = `${maker} ${args} ${postOps.map((op) => this.#postOpKey(op))} ${takesFirst}`;
    if (this.#made.has(key)) return this.#made.get(key);
    const made = this.#make(maker, args, postOps, takesFirst);
    this.#made.set(key, made);
    return made;
  }

  /** Arguments of `Native.execute`. */
  args(
    pairs: readonly (readonly [arg: number, tensor: Tensor])[],
    postOps: readonly PostOp[] = [],
  ): BigUint64Array {
    const all = pairs.map(([arg, tensor]) => [BigInt(arg), this.memory(tensor)]);
    postOps.forEach((op, i) => {
      if (op.kind === 'binary')
        all.push([BigInt((this.#postOpBase * (i + 1)) | 2), this.memory(op.operand)]);
    });
    return BigUint64Array.from(all.flat());
  }

  dispose(): void {
    const { native } = this;
    for (const memory of this.#memories.values()) native.act('destroyMemory', memory);
    for (const made of this.#made.values()) {
      if (made === undefined) continue;
      native.act('destroyPrimitive', made.pointer);
      native.act('destroyDesc', made.desc);
    }
    for (const desc of this.#descs.values()) native.act('destroyMemoryDesc', desc);
    this.#memories.clear();
    this.#held.clear();
    this.#made.clear();
    this.#descs.clear();
  }

  #postOpKey(op: PostOp): string {
    if (op.kind === 'eltwise') return `e${op.op} ${op.alpha} ${op.beta}`;
    return `b${op.op} ${this.desc(op.operand)}`;
  }

  #make(
    maker: MakerName,
    args: readonly (Pointer | number | null)[],
    postOps: readonly PostOp[],
    takesFirst: boolean,
  ): Primitive | undefined {
    const { native } = this;
    const attributes = postOps.length === 0 ? null : this.#attributes(postOps);
    const { engine } = native;
    const describe = () => {
      try {
        return maker === 'reorder'
          ? native.make(maker, args[0], engine, args[1], engine, attributes)
          : native.make(maker, engine, ...args, attributes);
      } catch (error) {
        // Arguments that a version of the library does not know are not implemented either.
        if (error instanceof StatusError && error.status <= UNIMPLEMENTED && error.status >= 2)
          return undefined;
        throw error;
      }
    };
    try {
      const first = this.#implemented(describe());
      if (first === undefined) return undefined;
      const better = hasBetter(first.implementation, takesFirst) && this.#better(describe()!);
      if (better) native.act('destroyDesc', first.desc);
      const { desc, implementation } = better || first;
      if (isSlow(implementation)) {
        native.act('destroyDesc', desc);
        return undefined;
      }
      return this.#built(desc, implementation);
    } finally {
      if (attributes !== null) native.act('destroyAttributes', attributes);
    }
  }

  /** @throws StatusError where the library has the implementation, and cannot make it: out of memory, no code may be written */
  #built(desc: Pointer, implementation: string): Primitive {
    try {
      return { pointer: this.native.make('primitive', desc), desc, implementation };
    } catch (error) {
      this.native.act('destroyDesc', desc);
      throw error;
    }
  }

  #implemented(desc: Pointer | undefined): Omit<Primitive, 'pointer'> | undefined {
    if (desc === undefined) return undefined;
    return { desc, implementation: this.native.query(desc, QUERY_IMPLEMENTATION) };
  }

  /** A later implementation of a product that is faster than the first. @param desc is taken or destroyed */
  #better(desc: Pointer): Omit<Primitive, 'pointer'> | undefined {
    const { native } = this;
    while (native.hasNext(desc)) {
      const found = this.#implemented(desc)!;
      if (found.implementation === FAST_PRODUCT) return found;
    }
    native.act('destroyDesc', desc);
    return undefined;
  }

  #attributes(postOps: readonly PostOp[]): Pointer {
    const { native } = this;
    const attributes = native.make('attributes');
    const list = native.make('postOps');
    for (const op of postOps)
      if (op.kind === 'eltwise') native.act('appendEltwise', list, op.op, op.alpha, op.beta);
      else native.act('appendBinary', list, op.op, this.desc(op.operand));
    native.act('setPostOps', attributes, list);
    native.act('destroyPostOps', list);
    return attributes;
  }
}

const FAST_PRODUCT = 'gemm:jit:f32';

/**
 * Whether the library's first choice is known to be slower than another one. By `brg_matmul` products of
 * float32 reach 57 to 76 GFLOP/s of a core with AVX2 and 66 to 163 with AVX-512, where the older ones reach
 * 78 to 90 and 115 to 166. On AVX2 GELU after them takes twelve times as long too. Many small products, as of
 * attention, reach 104 to 122 by `brg_matmul` with AVX-512, and 89 to 111 by the older ones; tall and narrow
 * ones, as of the gradients of weights, 130 to 137 and 102 to 122.
 */
function hasBetter(implementation: string, takesFirst: boolean): boolean {
  const isOfAvx512 = implementation === 'brg_matmul:avx512_core';
  return implementation === 'brg_matmul:avx2' || (isOfAvx512 && !takesFirst);
}

/** Implementations are named like `brg_matmul:avx2`, `jit:avx2`, `ref:any`, `gemm:jit:f32`. */
export function isSlow(implementation: string): boolean {
  return /(^|[:_])ref($|[:_])/.test(implementation);
}
