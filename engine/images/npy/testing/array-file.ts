/** Files of NumPy arrays for tests. */

type Values = Uint8Array | Uint16Array | Int16Array | Float32Array;

const CODES = {
  Uint8Array: '|u1',
  Uint16Array: '<u2',
  Int16Array: '<i2',
  Float32Array: '<f4',
} as const;

/** @param values in the order of bytes of this machine, which is that of low bytes first */
export function arrayFile(values: Values, shape: readonly number[]): Buffer {
  const code = CODES[values.constructor.name as keyof typeof CODES];
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const header = `${text.padEnd(117)}\n`;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), data]);
}
