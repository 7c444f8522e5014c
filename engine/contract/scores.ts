/** Scores of networks. Tasks name their scores; all other code depends on no task. */
import { z } from 'zod';
import { percentText } from './number-text.ts';
import { termOf } from './terms.ts';

const primarySchema = z.object({
  /** The name of one of the values. */
  name: z.string(),
  better: z.enum(['higher', 'lower']),
});

/** The score that selects the best checkpoint, and whether higher or lower is better. */
export type Primary = z.infer<typeof primarySchema>;

export interface Scores {
  readonly primary: Primary;
  readonly values: Readonly<Record<string, number>>;
}

export const scoreFields = { primary: primarySchema, values: z.record(z.string(), z.number()) };

/** Scores in files, where each value also has a field of its own, as in earlier versions. */
export const scoresSchema: z.ZodType<Scores> = z.preprocess(
  withPrimary,
  z.looseObject(scoreFields),
);

/** Files of 0.1.0 have the scores of a classifier without a primary one. */
function withPrimary(found: unknown): unknown {
  if (typeof found !== 'object' || found === null || 'primary' in found) return found;
  const { top1, top5, loss } = found as Record<string, unknown>;
  if (typeof top1 !== 'number') return found;
  const values = Object.entries({ top1, top5, loss }).filter(
    ([, value]) => typeof value === 'number',
  );
  return { ...found, primary: TOP1, values: Object.fromEntries(values) };
}

export const TOP1: Primary = { name: 'top1', better: 'higher' };

/** The form that `scoresSchema` reads. */
export function writtenScores<S extends Scores>(scores: S): S & Record<string, unknown> {
  return { ...scores.values, ...scores };
}

export function primaryValue({ primary, values }: Scores): number {
  return values[primary.name]!;
}

/** Whether `a` is better than `b`: by the primary score, at ties by the lower loss. */
export function isBetter(a: Scores, b: Scores): boolean {
  const [ours, theirs] = [primaryValue(a), primaryValue(b)];
  if (ours !== theirs) return a.primary.better === 'higher' ? ours > theirs : ours < theirs;
  const loss = ({ values }: Scores) => values['loss'] ?? Number.POSITIVE_INFINITY;
  return loss(a) < loss(b);
}

interface ScoreFacts {
  /** For use within a sentence, as in `match 6.1 %`. */
  readonly short: string;
  /** Title of a curve, column or row. */
  readonly title: string;
  /** A share is 0 to 1 and shown in percent. */
  readonly unit: 'share' | 'nats';
}

/** Scores with titles; others are shown by name. */
const SCORES: Readonly<Record<string, ScoreFacts>> = {
  tokenMatch: { short: 'match', title: termOf('tokenMatch'), unit: 'share' },
  top1: { short: 'top-1', title: termOf('top1'), unit: 'share' },
  top5: { short: 'top-5', title: termOf('top5'), unit: 'share' },
  mAP: { short: 'mAP', title: termOf('mAP'), unit: 'share' },
  macroF1: { short: 'macro F1', title: termOf('macroF1'), unit: 'share' },
  microF1: { short: 'micro F1', title: termOf('microF1'), unit: 'share' },
  mIoU: { short: 'mIoU', title: termOf('mIoU'), unit: 'share' },
  pixelAccuracy: { short: 'pixel accuracy', title: termOf('pixelAccuracy'), unit: 'share' },
  meanAccuracy: { short: 'mean accuracy', title: termOf('meanAccuracy'), unit: 'share' },
  frequencyWeightedIoU: {
    short: 'frequency-weighted IoU',
    title: termOf('frequencyWeightedIoU'),
    unit: 'share',
  },
  boundaryF: { short: 'boundary F', title: termOf('boundaryF'), unit: 'share' },
  AP: { short: 'AP', title: termOf('AP'), unit: 'share' },
  AP50: { short: 'AP50', title: termOf('AP50'), unit: 'share' },
  AP75: { short: 'AP75', title: termOf('AP75'), unit: 'share' },
  APsmall: { short: 'AP of small objects', title: termOf('APsmall'), unit: 'share' },
  APmedium: { short: 'AP of medium objects', title: termOf('APmedium'), unit: 'share' },
  APlarge: { short: 'AP of large objects', title: termOf('APlarge'), unit: 'share' },
  AR1: { short: 'AR1', title: termOf('AR1'), unit: 'share' },
  AR10: { short: 'AR10', title: termOf('AR10'), unit: 'share' },
  AR100: { short: 'AR100', title: termOf('AR100'), unit: 'share' },
  ARsmall: { short: 'AR of small objects', title: termOf('ARsmall'), unit: 'share' },
  ARmedium: { short: 'AR of medium objects', title: termOf('ARmedium'), unit: 'share' },
  ARlarge: { short: 'AR of large objects', title: termOf('ARlarge'), unit: 'share' },
  boxIoU: { short: 'box IoU', title: termOf('boxIoU'), unit: 'share' },
  boxAP: { short: 'box AP', title: termOf('boxAP'), unit: 'share' },
  boxAP50: { short: 'box AP50', title: termOf('boxAP50'), unit: 'share' },
  boxAP75: { short: 'box AP75', title: termOf('boxAP75'), unit: 'share' },
  loss: { short: 'loss', title: termOf('loss'), unit: 'nats' },
};

export function scoreFacts(name: string): ScoreFacts {
  return SCORES[name] ?? { short: name, title: name, unit: 'share' };
}

/** `61.0 %` for a share, else `0.402`. */
export function scoreValueText(name: string, value: number): string {
  return scoreFacts(name).unit === 'share' ? percentText(value) : value.toFixed(3);
}

/** `top-1 61.0 %`. */
export function scoreText(name: string, value: number): string {
  return `${scoreFacts(name).short} ${scoreValueText(name, value)}`;
}

/** `top-1 61.0 %, top-5 92.0 %, loss 1.203`. */
export function scoresText({ values }: Scores): string {
  return Object.entries(values)
    .map(([name, value]) => scoreText(name, value))
    .join(', ');
}

/** The primary score, such as `top-1 61.0 %`. */
export function primaryText(scores: Scores): string {
  return scoreText(scores.primary.name, primaryValue(scores));
}
