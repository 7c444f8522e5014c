/**
 * Runs of equal numbers and packed bits, in turn.
 *
 * @source Parquet, Encodings: RLE and bit-packing hybrid
 */
import { ContainerFault } from '../container.ts';

/** @param width bits of a number @returns `count` numbers; never more, whatever a run says */
export function readRuns(bytes: Uint8Array, width: number, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  if (width === 0) return numbers;
  if (width > 32) throw new ContainerFault('is damaged: numbers in a page are too wide');
  const bytesPerNumber = Math.ceil(width / 8);
  let at = 0;
  const next = () => {
    if (at >= bytes.length) throw new ContainerFault('is damaged: a page ends too early');
    return bytes[at++]!;
  };
  for (let done = 0; done < count; ) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = next();
      header += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
      if (shift > 28) throw new ContainerFault('is damaged: a run in a page is too long');
    }
    const length = Math.floor(header / 2);
    if (header % 2 === 0) {
      let value = 0;
      for (let i = 0; i < bytesPerNumber; i++) value += next() * 2 ** (8 * i);
      const end = Math.min(count, done + length);
      if (end === done) throw new ContainerFault('is damaged: a run in a page is empty');
      numbers.fill(value, done, end);
      done = end;
      continue;
    }
    if (length === 0) throw new ContainerFault('is damaged: a run in a page is empty');
    const end = Math.min(count, done + 8 * length);
    const from = at;
    for (let bit = 0; done < end; done++) {
      let value = 0;
      for (let i = 0; i < width; i++, bit++) {
        const byte = bytes[from + (bit >> 3)];
        if (byte === undefined) throw new ContainerFault('is damaged: a page ends too early');
        if ((byte >> (bit & 7)) & 1) value += 2 ** i;
      }
      numbers[done] = value;
    }
    at = from + length * width;
  }
  return numbers;
}
