/** The ranges of values that a file states to be shown. @source DICOM PS3.3, C.11.2 */
import type { ValueRange } from '../stored-image.ts';
import type { DataSet } from './data-set.ts';
import type { Layout } from './layout.ts';
import { ofFrames } from './modality.ts';
import { TAG } from './tags.ts';
import { decimalsOf, textOf } from './values.ts';

/** @returns the windows of a file; none where frames have different ones */
export function windowsOf(set: DataSet, { frames }: Layout): readonly ValueRange[] {
  const [first, ...others] = ofFrames(set, frames, TAG.frameWindow, readWindows) ?? [];
  return others.every((one) => String(one) === String(first)) ? (first ?? []) : [];
}

/** Windows of a curve (SIGMOID) are no ranges. */
function readWindows(set: DataSet): readonly ValueRange[] | undefined {
  const centres = decimalsOf(set, TAG.windowCentre);
  const widths = decimalsOf(set, TAG.windowWidth);
  const shape = textOf(set, TAG.windowFunction) ?? 'LINEAR';
  const ranges = centres.slice(0, widths.length).map((centre, i) => {
    return rangeOfWindow(centre, widths[i]!, shape);
  });
  // Those behind one that is no range would have another number than in the file.
  const end = ranges.indexOf(undefined);
  const known = (end < 0 ? ranges : ranges.slice(0, end)) as readonly ValueRange[];
  return known.length > 0 ? known : undefined;
}

function rangeOfWindow(centre: number, width: number, shape: string): ValueRange | undefined {
  if (shape === 'LINEAR_EXACT' && width > 0) return [centre - width / 2, centre + width / 2];
  if (shape !== 'LINEAR' || width < 1) return undefined;
  const black = centre - 0.5 - (width - 1) / 2;
  // A window of width 1 is a threshold: the white value is the next number after the black one.
  if (width === 1) return [black, black + 2 * Number.EPSILON * Math.max(1, Math.abs(black))];
  return [black, centre - 0.5 + (width - 1) / 2];
}
