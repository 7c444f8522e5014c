/** Schema of a comparison's result, and texts for its gains. */
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
export type ComparedRow = Comparison['rows'][number];
export type ComparedGain = Comparison['gains'][number];

export function modeName(mode: string): string {
  if (mode === 'full') return 'full fine-tuning';
  if (mode === 'linear') return 'linear probe';
  const blocks = mode.split(':')[1];
  return blocks === '1'
    ? 'partial fine-tuning, last block'
    : `partial fine-tuning, last ${blocks} blocks`;
}

/** A share in percent with the digits that it needs. */
export function percentNumber(share: number): string {
  return String(Number((share * 100).toPrecision(4)));
}

/** Shares from typed percentages; invalid texts are left out. */
export function parsePercents(texts: readonly string[]): number[] {
  const shares = texts
    .map((text) => Number(text.replace('%', '').trim()) / 100)
    .filter((share) => share > 0 && share <= 1);
  return [...new Set(shares)].sort((a, b) => a - b);
}

export function trainingsOf({ fractions, modes, seeds }: RequestOf<'compare'>): number {
  return fractions.length * modes.length * seeds * 2;
}

const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;

/** For example `+6.0 points (+5.0 to +6.8)`. */
export function gainPoints({ top1: { value, low, high } }: ComparedGain): string {
  return `${points(value)} points (${points(low)} to ${points(high)})`;
}

export type GainVerdict = 'better' | 'worse' | 'chance';

export function verdictOf({ top1: { low, high } }: ComparedGain): GainVerdict {
  return low > 0 ? 'better' : high < 0 ? 'worse' : 'chance';
}

const VERDICTS: Readonly<Record<GainVerdict, string>> = {
  better: 'more than chance',
  worse: 'worse, and that is more than chance',
  chance: 'that may be chance',
};

/** @param named whether to name the mode, since several were compared */
export function gainSentence(gain: ComparedGain, named: boolean): string {
  const labels =
    gain.fraction === 1 ? 'all labels' : `${percentNumber(gain.fraction)} % of the labels`;
  const mode = named ? ` (${modeName(gain.mode)})` : '';
  return `With ${labels}${mode} pre-training gives ${gainPoints(gain)}: ${VERDICTS[verdictOf(gain)]}.`;
}
