/** A prediction in words and as the classes to show. */
import type { PredictionItem } from '../../../../engine/contract/studio/index.ts';
import { percentText } from '../../../ui/format.ts';

/** The classes with the highest probabilities, the highest first. */
export function mostLikely(
  { probabilities }: Pick<PredictionItem, 'probabilities'>,
  classes: readonly string[],
  most: number,
) {
  return classes
    .map((name, i) => ({ name, probability: probabilities[i] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, most);
}

/** `cat, 93.1 %`; with several labels `cat and dog, 61.0 %` or `no label, 88.0 %`. */
export function predictedText({
  predicted,
  confidence,
}: Pick<PredictionItem, 'predicted' | 'confidence'>): string {
  const names = predicted.length === 0 ? 'no label' : predicted.join(' and ');
  return `${names}, ${percentText(confidence)}`;
}

export function sharesText(shares: ReturnType<typeof mostLikely>): string {
  return shares.map(({ name, probability }) => `${name} ${percentText(probability)}`).join(' · ');
}
