/** NumPy scalars, which training scripts store among their settings. Arrays are opaque. */
import { OpaqueObject } from './opaque.ts';
import { Malformed } from './refusals.ts';
import type { TorchOpaque, TorchValue } from './values.ts';

type Reader = (bytes: DataView, little: boolean) => TorchValue;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['b1', (bytes) => bytes.getUint8(0) !== 0],
  ['i1', (bytes) => bytes.getInt8(0)],
  ['i2', (bytes, little) => bytes.getInt16(0, little)],
  ['i4', (bytes, little) => bytes.getInt32(0, little)],
  ['i8', (bytes, little) => narrow(bytes.getBigInt64(0, little))],
  ['u1', (bytes) => bytes.getUint8(0)],
  ['u2', (bytes, little) => bytes.getUint16(0, little)],
  ['u4', (bytes, little) => bytes.getUint32(0, little)],
  ['u8', (bytes, little) => narrow(bytes.getBigUint64(0, little))],
  ['f4', (bytes, little) => bytes.getFloat32(0, little)],
  ['f8', (bytes, little) => bytes.getFloat64(0, little)],
]);

export class NumpyDType implements TorchOpaque {
  readonly kind = 'opaque';
  readonly name: string;
  readonly code: string;
  littleEndian = true;

  /** @param code such as `f8` */
  constructor(code: string) {
    this.code = code;
    this.name = `numpy.dtype ${code}`;
  }

  /** @param state `(version, byte order, …)` */
  setState(state: TorchValue): void {
    const order = Array.isArray(state) ? state[1] : undefined;
    if (order !== '<' && order !== '>' && order !== '|' && order !== '=') {
      throw new Malformed('a numpy dtype in it has no byte order');
    }
    this.littleEndian = order !== '>';
  }
}

/** @param args such as `('f8', False, True)`; texts and objects give an opaque value */
export function numpyDType([code]: readonly TorchValue[]): TorchOpaque {
  const known = typeof code === 'string' && READERS.has(code);
  return known ? new NumpyDType(code) : new OpaqueObject('numpy.dtype');
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`. */
export function numpyScalar(args: readonly TorchValue[]): TorchValue {
  const [dtype, bytes] = args;
  if (dtype instanceof OpaqueObject) return new OpaqueObject('numpy.generic');
  if (!(dtype instanceof NumpyDType) || !(bytes instanceof Uint8Array)) {
    throw new Malformed('a numpy number in it has no dtype or no bytes');
  }
  if (bytes.length !== Number(dtype.code.slice(1))) {
    throw new Malformed(`a numpy ${dtype.code} in it has ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return READERS.get(dtype.code)!(view, dtype.littleEndian);
}

/** A number where that is exact, else a bigint. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
