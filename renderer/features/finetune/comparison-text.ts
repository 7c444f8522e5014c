/** A comparison's record, and what its gains say. */
import { z } from 'zod';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

export const comparisonSchema = z.looseObject({
  rows: z.array(
    z.looseObject({
      fraction: z.number(),
      mode: z.string(),
      start: z.enum(['pretrained', 'scratch']),
      labelled: z.number(),
      seeds: z.number(),
      top1: estimate,
      lowest: z.number(),
      highest: z.number(),
    }),
  ),
  gains: z.array(z.looseObject({ fraction: z.number(), mode: z.string(), top1: estimate })),
});
export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparisonRow = Comparison['rows'][number];
export type Gain = Comparison['gains'][number];

export function modeText(mode: string): string {
  if (mode === 'full') return 'full fine-tuning';
  if (mode === 'linear') return 'linear probe';
  const blocks = mode.split(':')[1];
  return blocks === '1'
    ? 'partial fine-tuning, last block'
    : `partial fine-tuning, last ${blocks} blocks`;
}

/** In percent, with as many digits as it needs. */
export function shareText(share: number): string {
  return String(Number((share * 100).toPrecision(4)));
}

/** Shares from what was typed in percent; what is none is left out. */
export function readShares(texts: readonly string[]): number[] {
  const shares = texts
    .map((text) => Number(text.replace('%', '').trim()) / 100)
    .filter((share) => share > 0 && share <= 1);
  return [...new Set(shares)].sort((a, b) => a - b);
}

export function trainingsOf({ fractions, modes, seeds }: RequestOf<'compare'>): number {
  return fractions.length * modes.length * seeds * 2;
}

const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;

/** Such as `+6.0 points (+5.0 to +6.8)`. */
export function gainText({ top1: { value, low, high } }: Gain): string {
  return `${points(value)} points (${points(low)} to ${points(high)})`;
}

export type Verdict = 'better' | 'worse' | 'chance';

export function verdictOf({ top1: { low, high } }: Gain): Verdict {
  return low > 0 ? 'better' : high < 0 ? 'worse' : 'chance';
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  better: 'more than chance',
  worse: 'worse, and that is more than chance',
  chance: 'that may be chance',
};

/** @param named whether several modes were compared, so that each is named */
export function gainSentence(gain: Gain, named: boolean): string {
  const labels = gain.fraction === 1 ? 'all labels' : `${shareText(gain.fraction)} % of the labels`;
  const mode = named ? ` (${modeText(gain.mode)})` : '';
  return `With ${labels}${mode} pre-training gives ${gainText(gain)}: ${VERDICTS[verdictOf(gain)]}.`;
}
