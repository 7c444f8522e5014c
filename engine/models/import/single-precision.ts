/** Conversion of floating-point tensors to f32, the type of networks. */
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { NARROW_FLOATS, type NarrowFloat } from '../../tensor/narrow-floats.ts';

/** @returns the tensor itself if it is f32, undefined if it is not a floating-point tensor */
export function asSinglePrecision(tensor: HostTensor): HostTensor<'f32'> | undefined {
  const { shape } = tensor;
  switch (tensor.dtype) {
    case 'f32':
      return tensor;
    case 'f64':
      return { dtype: 'f32', shape, data: Float32Array.from(tensor.data) };
    case 'f16':
    case 'bf16':
      return { dtype: 'f32', shape, data: widen(tensor.data, tableOf(tensor.dtype)) };
    default:
      return undefined;
  }
}

/** The values of all 65,536 patterns, since a table is faster than computing. */
const tables = new Map<string, Float32Array>();

function tableOf(dtype: NarrowFloat): Float32Array {
  const known = tables.get(dtype);
  if (known !== undefined) return known;
  const { numberOf } = NARROW_FLOATS[dtype];
  const table = Float32Array.from({ length: 2 ** 16 }, (_, bits) => numberOf(bits));
  tables.set(dtype, table);
  return table;
}

function widen(bits: Uint16Array, table: Float32Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]!]!;
  return values;
}
