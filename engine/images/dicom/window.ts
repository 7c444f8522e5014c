/** The range of values that a file states to be shown. @source DICOM PS3.3, C.11.2 */
import type { ValueRange } from '../stored-image.ts';
import type { DataSet } from './data-set.ts';
import type { Layout } from './layout.ts';
import { ofFrames } from './modality.ts';
import { TAG } from './tags.ts';
import { decimalOf, textOf } from './values.ts';

/** @returns the first window; undefined without one, and where the windows of frames differ */
export function windowOf(set: DataSet, { frames }: Layout): ValueRange | undefined {
  const [first, ...others] = ofFrames(set, frames, TAG.frameWindow, readWindow) ?? [];
  if (first === undefined) return undefined;
  const isOne = others.every((one) => one[0] === first[0] && one[1] === first[1]);
  return isOne ? first : undefined;
}

/** Windows of a curve (SIGMOID) are no ranges. */
function readWindow(set: DataSet): ValueRange | undefined {
  const centre = decimalOf(set, TAG.windowCentre);
  const width = decimalOf(set, TAG.windowWidth);
  if (centre === undefined || width === undefined) return undefined;
  const shape = textOf(set, TAG.windowFunction) ?? 'LINEAR';
  if (shape === 'LINEAR_EXACT' && width > 0) return [centre - width / 2, centre + width / 2];
  if (shape !== 'LINEAR' || width < 1) return undefined;
  const black = centre - 0.5 - (width - 1) / 2;
  // A window of width 1 is a threshold: the white value is the next number after the black one.
  if (width === 1) return [black, black + 2 * Number.EPSILON * Math.max(1, Math.abs(black))];
  return [black, centre - 0.5 + (width - 1) / 2];
}
