/**
 * Gaussian blur as three box blurs per axis, as that of bytes without its rounding.
 * @source as of `../blur.ts`
 */
import type { Planes } from '../../../pixels/planes.ts';
import { boxRadius } from '../blur.ts';

/** Blur in place. @param radius standard deviation in pixels */
export function blurPlanes({ width, height, channels, data }: Planes, radius: number): void {
  const box = boxRadius(radius);
  const reach = Math.trunc(box);
  const inner = 1 / (2 * box + 1);
  const edge = (1 - (2 * reach + 1) * inner) / 2;
  const margin = reach + 1;
  const room = Math.max(width, height) + 2 * margin;
  const [line, other] = [new Float64Array(room), new Float64Array(room)];
  const pass = (from: Float64Array, to: Float64Array, length: number) => {
    from.fill(from[margin]!, 0, margin);
    from.fill(from[margin + length - 1]!, margin + length, length + 2 * margin);
    let sum = 0;
    for (let i = 1; i <= 2 * reach + 1; i++) sum += from[i]!;
    for (let i = 0; i < length; i++) {
      const [before, after] = [from[i]!, from[i + 2 * margin]!];
      to[margin + i] = sum * inner + (before + after) * edge;
      sum += after - from[i + 1]!;
    }
  };
  const blurLine = (start: number, length: number, step: number) => {
    for (let i = 0, at = start; i < length; i++, at += step) line[margin + i] = data[at]!;
    pass(line, other, length);
    pass(other, line, length);
    pass(line, other, length);
    for (let i = 0, at = start; i < length; i++, at += step)
      data[at] = Math.min(1, Math.max(0, other[margin + i]!));
  };
  for (let row = 0; row < channels * height; row++) blurLine(row * width, width, 1);
  for (let channel = 0; channel < channels; channel++)
    for (let x = 0; x < width; x++) blurLine(channel * height * width + x, height, width);
}
