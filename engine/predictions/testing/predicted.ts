/** Predictions for tests. */
import type { DenseClass } from '../../data/targets/dense-types.ts';
import { encodeMask, runBounds } from '../../geometry/run-length.ts';
import type { PredictedMap, PredictedObject, PredictedObjects } from '../prediction.ts';

/** With ids that are no positions. */
export const CLASSES: readonly DenseClass[] = [
  { id: 0, name: 'background' },
  { id: 3, name: 'disc' },
  { id: 7, name: 'ring' },
];

interface Named {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** A disc on the left and a ring, whose hole is background, on the right. */
export function discs(image: Named): PredictedMap {
  return { ...image, classes: discMap(image) };
}

function discMap({ width, height }: Named): Uint16Array {
  const radius = 0.4 * Math.min(height, width / 2);
  return Uint16Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5 - height / 2];
    if (Math.hypot(x - width / 4, y) < radius) return 1;
    const distance = Math.hypot(x - (3 * width) / 4, y);
    return distance < radius && distance > radius / 2 ? 2 : 0;
  });
}

/** The same as objects. */
export function discObjects(image: Named, masks = true): PredictedObjects {
  const map = discMap(image);
  const objects = [1, 2].map((label): PredictedObject => {
    const own = Uint8Array.from(map, (value) => (value === label ? 1 : 0));
    const mask = encodeMask(own, image.height, image.width);
    const box = runBounds(mask);
    return { label, score: 1 - label / 4, box, ...(masks && { mask }) };
  });
  return { ...image, objects };
}
