/** Words for patches, and where arrow keys lead. */
import type {
  ImageScores,
  LookupAbout,
  LookupResult,
} from '../../../../engine/contract/studio/index.ts';
import { countOf, countText, percentText } from '../../../ui/format.ts';

interface Place {
  readonly row: number;
  readonly col: number;
}

/** For people, rows and columns are counted from 1. */
export function placeText({ row, col }: Place): string {
  return `row ${row + 1}, column ${col + 1}`;
}

export function patchLabel(place: Place, probability?: number): string {
  const score = probability === undefined ? '' : `, ${percentText(probability)}`;
  return `Patch in ${placeText(place)}${score}`;
}

/** @returns undefined for other keys */
export function movedPatch(
  key: string,
  { row, col }: Place,
  { rows, cols }: Pick<LookupAbout, 'rows' | 'cols'>,
): Place | undefined {
  switch (key) {
    case 'ArrowLeft':
      return { row, col: Math.max(0, col - 1) };
    case 'ArrowRight':
      return { row, col: Math.min(cols - 1, col + 1) };
    case 'ArrowUp':
      return { row: Math.max(0, row - 1), col };
    case 'ArrowDown':
      return { row: Math.min(rows - 1, row + 1), col };
    case 'Home':
      return { row, col: 0 };
    case 'End':
      return { row, col: cols - 1 };
    default:
      return undefined;
  }
}

/** Whether the student finds the patch, in a sentence. */
export function scoresText(scores: ImageScores, { row, col }: Place, cols: number): string {
  const own = scores.probabilities[row * cols + col]!;
  const chance = `guessing: ${percentText(1 / scores.probabilities.length)}`;
  const [takenRow, takenCol] = [Math.floor(scores.taken / cols), scores.taken % cols];
  if (takenRow === row && takenCol === col)
    return `The student, which does not see this patch, finds it among all of the image with a probability of ${percentText(own)} (${chance}).`;
  const taken = percentText(scores.probabilities[scores.taken]!);
  return `The student, which does not see this patch, takes the one in ${placeText({ row: takenRow, col: takenCol })} for it with ${taken}; its own has ${percentText(own)} (${chance}).`;
}

export function indexText({ patches, images, recall, probes, cells, step }: LookupAbout): string {
  return `${countOf(patches, 'patch', 'patches')} of ${countOf(images, 'image')}, after step ${countText(step)}. A search reads ${countText(probes)} of ${countOf(cells, 'cell')} and finds ${percentText(recall.value)} of the ${recall.k} nearest patches.`;
}

export function nearText({ compared }: LookupResult): string {
  return `${countOf(compared, 'patch', 'patches')} compared.`;
}
