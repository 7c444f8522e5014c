/** Tensors in this process's memory: row-major and contiguous, on disk little-endian. */

interface HostArrays {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  /** 16-bit patterns */
  readonly f16: Uint16Array;
  /** 16-bit patterns */
  readonly bf16: Uint16Array;
  readonly i64: BigInt64Array;
  readonly i32: Int32Array;
  readonly i16: Int16Array;
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  /** bytes 0 and 1 */
  readonly bool: Uint8Array;
}

export type HostDType = keyof HostArrays;
export type HostData<D extends HostDType = HostDType> = HostArrays[D];

/** The `dtype` determines the array type: a `HostTensor<'f32'>` has a Float32Array. */
export type HostTensor<D extends HostDType = HostDType> = {
  [K in D]: { readonly dtype: K; readonly shape: readonly number[]; readonly data: HostArrays[K] };
}[D];

interface HostArray {
  new (from: number | ArrayBuffer): HostData;
  readonly BYTES_PER_ELEMENT: number;
}

/** How elements lie in memory. */
export const HOST_ARRAYS: Readonly<Record<HostDType, HostArray>> = {
  f32: Float32Array,
  f64: Float64Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i64: BigInt64Array,
  i32: Int32Array,
  i16: Int16Array,
  i8: Int8Array,
  u8: Uint8Array,
  bool: Uint8Array,
};

/** A tensor of a dtype known at run time only. @param data an array of it (`HOST_ARRAYS`) */
export function hostTensor<D extends HostDType>(
  dtype: D,
  shape: readonly number[],
  data: HostData<D>,
): HostTensor<D> {
  return { dtype, shape, data } as unknown as HostTensor<D>;
}

/** The same memory as bytes. */
export function bytesOf({ buffer, byteOffset, byteLength }: HostData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export type NamedTensors<D extends HostDType = HostDType> = ReadonlyMap<string, HostTensor<D>>;

/** Number of elements of a shape; 1 for a scalar `[]`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
