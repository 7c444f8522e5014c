/** Check that a state has finite numbers only. Any other state must not be kept as good. */
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';

/** Name of the first tensor, in map order, with a NaN or infinity; undefined if there is none. */
export function findNonFinite(tensors: NamedTensors): string | undefined {
  for (const [name, tensor] of tensors) if (!isFiniteTensor(tensor)) return name;
  return undefined;
}

function isFiniteTensor(tensor: HostTensor): boolean {
  switch (tensor.dtype) {
    case 'f32':
    case 'f64':
      return isFiniteArray(tensor.data);
    case 'f16':
      return tensor.data.every((bits) => (bits & 0x7c00) !== 0x7c00);
    case 'bf16':
      return tensor.data.every((bits) => (bits & 0x7f80) !== 0x7f80);
    default:
      return true;
  }
}

/** A plain loop, since a callback per number takes seconds for hundreds of millions of numbers. */
function isFiniteArray(data: Float32Array | Float64Array): boolean {
  let zero = 0;
  // 0 times a number is NaN for infinities and NaN, else 0.
  for (let i = 0; i < data.length; i++) zero += data[i]! * 0;
  return zero === 0;
}
