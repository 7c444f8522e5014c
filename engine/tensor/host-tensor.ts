/**
 * A tensor in this process's memory: what crosses between files, executors and the data pipeline.
 * Row-major, contiguous, little-endian on disk.
 */
export type HostDType =
  | 'f32'
  | 'f64'
  | 'f16'
  | 'bf16'
  | 'i64'
  | 'i32'
  | 'i16'
  | 'i8'
  | 'u8'
  | 'bool';

/** f16 and bf16 are kept as their 16-bit patterns; bool as bytes 0 and 1. */
export type HostData =
  | Float32Array
  | Float64Array
  | Uint16Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array;

export interface HostTensor {
  readonly dtype: HostDType;
  readonly shape: readonly number[];
  readonly data: HostData;
}

export type NamedTensors = ReadonlyMap<string, HostTensor>;

/** Number of elements of a shape; 1 for a scalar `[]`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
