/**
 * Where each patch lies in the image, as sines and cosines of both coordinates: a fixed table for any
 * grid.
 *
 * @source Vaswani et al., "Attention Is All You Need" (2017); DETR (ECCV 2020) for two axes
 */
import type { GridSize } from './feature-map.ts';

/** Waves along an axis, from half a period over the image on, each 1.5 times as fast as the last. */
const WAVES = 8;
const FASTER = 1.5;

/** Numbers of a patch. */
export const PLACE_WIDTH = 4 * WAVES;

/** [rows·cols, PLACE_WIDTH], row-major */
export function placeTable({ rows, cols }: GridSize): Float32Array {
  const table = new Float32Array(rows * cols * PLACE_WIDTH);
  for (let cell = 0; cell < rows * cols; cell++) {
    const places = [(Math.floor(cell / cols) + 0.5) / rows, ((cell % cols) + 0.5) / cols];
    const waves = places.flatMap((place) =>
      Array.from({ length: WAVES }, (_, i) => Math.PI * FASTER ** i * place),
    );
    for (const [i, angle] of waves.entries()) {
      table[cell * PLACE_WIDTH + 2 * i] = Math.sin(angle);
      table[cell * PLACE_WIDTH + 2 * i + 1] = Math.cos(angle);
    }
  }
  return table;
}
