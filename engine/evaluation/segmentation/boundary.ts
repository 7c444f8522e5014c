/**
 * The boundary F measure of one class in one image: how much of the predicted boundary lies close to
 * the true one (precision), and the other way round (recall).
 *
 * A boundary pixel differs from its neighbour to the right, below or diagonally below. Close is a
 * distance of at most the tolerance, a share of the diagonal of the image, rounded up to whole pixels.
 *
 * @source Csurka et al., "What is a good evaluation measure for semantic segmentation?" (BMVC 2013),
 *   as computed by the DAVIS benchmark (Perazzi et al., CVPR 2016): `f_measure` of its metrics.py
 */

/** As a share of the diagonal: DAVIS's default. */
const BOUNDARY_TOLERANCE = 0.008;

/** Distance in pixels up to which boundaries are close: 7 at 640 x 480. */
export function boundaryReach(height: number, width: number): number {
  return Math.ceil(BOUNDARY_TOLERANCE * Math.hypot(height, width));
}

/**
 * @param truth     [height, width] row by row, 1 within the class; 0 also where it is ignored
 * @param predicted likewise
 * @param reach     of the whole image, where these are parts of it
 * @returns in [0, 1]; 1 where neither has a boundary
 */
export function boundaryF(
  truth: Uint8Array,
  predicted: Uint8Array,
  height: number,
  width: number,
  reach: number,
): number {
  const [ours, theirs] = [predicted, truth].map((mask) => boundaryOf(mask, height, width)) as [
    Uint32Array,
    Uint32Array,
  ];
  // Without any boundary to be wrong about, precision is 1, and likewise recall.
  const precision = shareNear(ours, theirs, reach, height, width);
  const recall = shareNear(theirs, ours, reach, height, width);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** Positions of boundary pixels, rising. The last row and column look along themselves. */
function boundaryOf(mask: Uint8Array, height: number, width: number): Uint32Array {
  const found: number[] = [];
  const [lastRow, lastColumn] = [height - 1, width - 1];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const own = mask[at]!;
      const right = x < lastColumn && mask[at + 1] !== own;
      const below = y < lastRow && mask[at + width] !== own;
      const across = x < lastColumn && y < lastRow && mask[at + width + 1] !== own;
      if (right || below || across) found.push(at);
    }
  }
  return new Uint32Array(found);
}

/** Share of `points` within `reach` of one of `others`; 1 without points, 0 without others. */
function shareNear(
  points: Uint32Array,
  others: Uint32Array,
  reach: number,
  height: number,
  width: number,
): number {
  if (points.length === 0) return 1;
  if (others.length === 0) return 0;
  const vertical = distancesInColumns(others, reach, height, width);
  let near = 0;
  for (const at of points) {
    const x = at % width;
    const [first, last] = [Math.max(-reach, -x), Math.min(reach, width - 1 - x)];
    for (let across = first; across <= last; across++) {
      const down = vertical[at + across]!;
      if (down <= reach && across * across + down * down <= reach * reach) {
        near++;
        break;
      }
    }
  }
  return near / points.length;
}

/** Rows from each pixel to the nearest point in its column, [height, width]; beyond `reach` none. */
function distancesInColumns(
  points: Uint32Array,
  reach: number,
  height: number,
  width: number,
): Uint16Array {
  const none = reach + 1;
  const distances = new Uint16Array(height * width).fill(none);
  for (const at of points) {
    const y = (at - (at % width)) / width;
    for (let step = -Math.min(reach, y); step <= Math.min(reach, height - 1 - y); step++) {
      const there = at + step * width;
      distances[there] = Math.min(distances[there]!, Math.abs(step));
    }
  }
  return distances;
}
