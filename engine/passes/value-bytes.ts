/** The memory of values, from their types and shapes. */
import type { DType, Module, Node } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';

export const ELEMENT_BYTES: Readonly<Record<DType, number>> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  i32: 4,
  bool: 1,
};

export function valueBytes({ dtype, shape }: Pick<Node, 'dtype' | 'shape'>): number {
  return ELEMENT_BYTES[dtype] * elementCount(shape);
}

/** Bytes that a program keeps between runs. */
export function stateBytes({ state }: Module): number {
  return [...state.values()].reduce((sum, type) => sum + valueBytes(type), 0);
}
