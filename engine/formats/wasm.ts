/**
 * WebAssembly modules written as bytes: what every module needs.
 * @source WebAssembly core specification 2.0, binary format
 */
export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function wasmModule(...sections: readonly number[][]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...HEADER, ...sections.flat()]);
}

export function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...unsigned(bytes.length), ...bytes];
}

export function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

/** LEB128 */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
