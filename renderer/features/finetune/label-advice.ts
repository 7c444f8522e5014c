/** Count the labels for training, and suggest a training mode. */
import type { HealthReport } from '../../../engine/contract/studio/index.ts';
import { isWithin } from '../../ui/base-name.ts';
import { countOf, countText } from '../../ui/format.ts';

export type LabelCount = NonNullable<ReturnType<typeof countLabels>>;

/** Up to this many labels a class, partial fine-tuning is better (docs/downstream.md, 100 labels of 10 classes). */
const FEW = 20;

/**
 * @param share share of the labelled images that is trained on, 0 to 1
 * @returns undefined where nothing is known
 */
export function countLabels(classes: HealthReport['classes'], share: number) {
  const known = (classes ?? [])
    .filter(({ images }) => images > 0)
    .map(({ name, images }) => ({ name, images: Math.max(1, Math.round(images * share)) }))
    .sort((a, b) => a.images - b.images);
  if (known.length === 0) return undefined;
  return {
    images: known.reduce((sum, { images }) => sum + images, 0),
    classes: known.length,
    /** Images of the median class. */
    typical: known[Math.floor(known.length / 2)]!.images,
    fewest: known[0]!,
  };
}

export function labelsText({ images, classes, typical, fewest }: LabelCount): string {
  const each =
    fewest.images === typical
      ? `about ${countText(typical)} each`
      : `about ${countText(typical)} each, the fewest ${countText(fewest.images)} of ${fewest.name}`;
  return `Trains on about ${countOf(images, 'image')} of ${countOf(classes, 'class', 'classes')}: ${each}.`;
}

/** The training mode for this number of labels. */
export function suggestedMode(labels: LabelCount | undefined): 'full' | 'partial:1' {
  return labels !== undefined && labels.typical <= FEW ? 'partial:1' : 'full';
}

export function modeAdvice(labels: LabelCount | undefined): string {
  if (labels === undefined)
    return `With about ${FEW} labels a class or fewer, partial fine-tuning of the last block is better and more stable; with more, full fine-tuning.`;
  const each = `${countOf(labels.typical, 'label')} a class`;
  return labels.typical <= FEW
    ? `With ${each} partial fine-tuning of the last block is the better choice: full fine-tuning varies much between draws of the labels.`
    : `With ${each} there are enough labels for full fine-tuning.`;
}

/** Whether a network was pre-trained on the validation images, judged by their paths. */
export function sawWhileTraining(folders: readonly string[], judged: string): boolean {
  return (
    judged !== '' && folders.some((folder) => isWithin(judged, folder) || isWithin(folder, judged))
  );
}
