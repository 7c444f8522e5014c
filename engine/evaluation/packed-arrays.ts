/** Arrays of numbers as texts of a JSON file: one after the other, deflated, in base 64. */
import { deflateSync, inflateSync } from 'node:zlib';
import { StudioError } from '../contract/errors.ts';

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

interface NumbersType<T extends Numbers> {
  new (buffer: ArrayBuffer, offset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

export function packArrays(arrays: readonly Numbers[]): string {
  const bytes = arrays.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  return deflateSync(Buffer.concat(bytes)).toString('base64');
}

/** @throws StudioError `evaluation-invalid` where the text is damaged or of another length */
export function unpackArrays<T extends Numbers>(
  text: string,
  type: NumbersType<T>,
  lengths: readonly number[],
): T[] {
  const expected = lengths.reduce((a, b) => a + b, 0) * type.BYTES_PER_ELEMENT;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(
      inflateSync(Buffer.from(text, 'base64'), { maxOutputLength: Math.max(1, expected) }),
    );
  } catch (cause) {
    throw damaged(cause);
  }
  if (bytes.length !== expected) throw damaged(undefined);
  let at = 0;
  return lengths.map((length) => {
    const part = new type(bytes.buffer, at, length);
    at += length * type.BYTES_PER_ELEMENT;
    return part;
  });
}

function damaged(cause: unknown): StudioError<'evaluation-invalid'> {
  return new StudioError('evaluation-invalid', 'The stored counts of an evaluation are damaged.', {
    advice: 'Evaluate again.',
    cause,
  });
}
