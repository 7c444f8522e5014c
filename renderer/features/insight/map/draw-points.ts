/** Draws the points of a map into pixels: a hundred thousand in a few milliseconds. */
import type { Camera, Columns, ViewSize } from './camera.ts';

/**
 * @param colours [count] as a pixel of an image is stored: alpha, blue, green, red; faint points
 *   cover no others
 * @param pixels  of the whole view, which is cleared
 */
export function drawPoints(
  pixels: Uint32Array,
  { width, height }: ViewSize,
  { x, y, count, hidden }: Columns,
  colours: Uint32Array,
  camera: Camera,
  radius: number,
): void {
  pixels.fill(0);
  const [left, top] = [width / 2 - camera.x * camera.scale, height / 2 + camera.y * camera.scale];
  for (let row = 0; row < count; row++) {
    const column = Math.round(left + x[row]! * camera.scale);
    const line = Math.round(top - y[row]! * camera.scale);
    if (column < radius || line < radius || column >= width - radius || line >= height - radius)
      continue;
    if (hidden?.[row]) continue;
    const colour = colours[row]!;
    const isFaint = colour >>> 24 < 255;
    for (let dy = -radius; dy <= radius; dy++) {
      const start = (line + dy) * width + column;
      const reach = Math.abs(dy) === radius ? radius - 1 : radius;
      for (let dx = -reach; dx <= reach; dx++)
        if (!isFaint || pixels[start + dx] === 0) pixels[start + dx] = colour;
    }
  }
}

/** A colour as a pixel is stored. @param alpha 0 to 255 */
export function pixelColour(
  [red, green, blue]: readonly [number, number, number],
  alpha = 255,
): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
