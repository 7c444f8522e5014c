/**
 * The beginning of a NumPy file of one array, before its little-endian data in row-major order.
 *
 * @source https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1
 */
export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Data begin at a multiple of this, which allows memory mapping. */
const ALIGNMENT = 64;

/** @param type NumPy's name of it, such as `<f4` */
export function npyHeader(type: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const prefix = NPY_MAGIC.length + 4;
  const padded = Math.ceil((prefix + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(padded).fill(0x20);
  header.set(NPY_MAGIC);
  header.set([1, 0], NPY_MAGIC.length);
  new DataView(header.buffer).setUint16(NPY_MAGIC.length + 2, padded - prefix, true);
  header.set(new TextEncoder().encode(text), prefix);
  header[padded - 1] = 0x0a;
  return header;
}
