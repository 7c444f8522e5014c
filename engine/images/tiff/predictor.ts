/**
 * Values that are stored as differences from the pixel to the left.
 *
 * @source TIFF Revision 6.0, section 14; TIFF Technical Note 3 (floating point, Adobe, 2005)
 */
import { viewOf } from '../byte-view.ts';
import { unsupported } from '../errors.ts';
import type { TiffPage } from './page.ts';
import { COMPRESSION } from './tags.ts';

const WITH_PREDICTOR: ReadonlySet<number> = new Set([
  COMPRESSION.lzw,
  COMPRESSION.deflate,
  COMPRESSION.oldDeflate,
  COMPRESSION.zstd,
  COMPRESSION.oldZstd,
  COMPRESSION.lzma,
]);
const [HORIZONTAL, FLOATING_POINT] = [2, 3];

export type Predictor = 'none' | 'horizontal' | 'floating-point';

/** @throws StudioError `image-unsupported` */
export function predictorOf({ compression, predictor, bits, numbers }: TiffPage): Predictor {
  if (!WITH_PREDICTOR.has(compression) || predictor === 1) return 'none';
  if (predictor === HORIZONTAL && [8, 16, 32, 64].includes(bits)) return 'horizontal';
  if (predictor === FLOATING_POINT && numbers === 'float') return 'floating-point';
  throw unsupported(`its values of ${bits} bits are predicted by method ${predictor}`);
}

interface Row {
  readonly bytes: number;
  /** numbers per pixel that lie beside each other */
  readonly channels: number;
  /** bytes per number */
  readonly width: number;
}

/** Add up differences, in place. */
export function undoHorizontal(bytes: Uint8Array, row: Row, isLittle: boolean): void {
  const view = viewOf(bytes);
  const { width } = row;
  const stride = row.channels * width;
  for (let start = 0; start + row.bytes <= bytes.length; start += row.bytes) {
    const end = start + row.bytes;
    if (width === 1)
      for (let at = start + stride; at < end; at++) bytes[at] = bytes[at]! + bytes[at - stride]!;
    else if (width === 2)
      for (let at = start + stride; at < end; at += 2)
        view.setUint16(
          at,
          view.getUint16(at, isLittle) + view.getUint16(at - stride, isLittle),
          isLittle,
        );
    else if (width === 4)
      for (let at = start + stride; at < end; at += 4)
        view.setUint32(
          at,
          view.getUint32(at, isLittle) + view.getUint32(at - stride, isLittle),
          isLittle,
        );
    else
      for (let at = start + stride; at < end; at += 8)
        view.setBigUint64(
          at,
          view.getBigUint64(at, isLittle) + view.getBigUint64(at - stride, isLittle),
          isLittle,
        );
  }
}

/**
 * Add up differences of bytes, and put the bytes of each number together.
 *
 * @returns numbers with the highest byte first, whatever the byte order of the file
 */
export function undoFloatingPoint(bytes: Uint8Array, row: Row): Uint8Array {
  const numbers = new Uint8Array(bytes.length);
  const perRow = row.bytes / row.width;
  for (let start = 0; start + row.bytes <= bytes.length; start += row.bytes) {
    const end = start + row.bytes;
    for (let at = start + row.channels; at < end; at++)
      bytes[at] = bytes[at]! + bytes[at - row.channels]!;
    for (let byte = 0; byte < row.width; byte++)
      for (let i = 0, from = start + byte * perRow; i < perRow; i++)
        numbers[start + i * row.width + byte] = bytes[from + i]!;
  }
  return numbers;
}
