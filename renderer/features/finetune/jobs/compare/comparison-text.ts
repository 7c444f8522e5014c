/** Schema of a comparison's result, and texts for its gains. */

import { z } from 'zod';
import { hasSeveralSeeds } from '../../../../../engine/contract/compared-seeds.ts';
import {
  type Primary,
  scoreFacts,
  scoreFields,
  TOP1,
} from '../../../../../engine/contract/scores.ts';
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

export const comparisonSchema = z.preprocess(
  withScores,
  z.looseObject({
    /** The score that is compared. */
    primary: scoreFields.primary,
    rows: z.array(
      z.looseObject({
        fraction: z.number(),
        mode: z.string(),
        start: z.enum(['pretrained', 'scratch']),
        labelled: z.number(),
        seeds: z.number(),
        score: estimate,
        lowest: z.number(),
        highest: z.number(),
      }),
    ),
    gains: z.array(z.looseObject({ fraction: z.number(), mode: z.string(), score: estimate })),
  }),
);
export type StoredComparison = z.infer<typeof comparisonSchema>;
type Compared = Pick<StoredComparison, 'primary' | 'rows'>;
export type ComparedRow = StoredComparison['rows'][number];
export type ComparedGain = StoredComparison['gains'][number];

const recordSchema = z.looseObject({
  primary: scoreFields.primary.default(TOP1),
  rows: z.array(z.looseObject({})),
  gains: z.array(z.looseObject({})),
});

/** A record has each estimate under the name of its score. */
function withScores(found: unknown): unknown {
  const { data } = recordSchema.safeParse(found);
  if (data === undefined) return found;
  const named = (row: Readonly<Record<string, unknown>>) => ({
    ...row,
    score: row[data.primary.name],
  });
  return { ...data, rows: data.rows.map(named), gains: data.gains.map(named) };
}

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

/** For example `+6.0 points (+5.0 to +6.8)`; of what is no share, `−0.120 (−0.200 to −0.050)`. */
export function gainChange({ name }: Primary, { score }: ComparedGain): string {
  const isShare = scoreFacts(name).unit === 'share';
  const size = (value: number) => (isShare ? (value * 100).toFixed(1) : value.toFixed(3));
  const signed = (value: number) => `${value >= 0 ? '+' : '−'}${size(Math.abs(value))}`;
  const { value, low, high } = score;
  return `${signed(value)}${isShare ? ' points' : ''} (${signed(low)} to ${signed(high)})`;
}

export type GainVerdict = 'better' | 'worse' | 'chance' | 'untold';

export function verdictOf({ primary, rows }: Compared, gain: ComparedGain): GainVerdict {
  const { low, high } = gain.score;
  if (low <= 0 && high >= 0) return 'chance';
  if (!hasSeveralSeeds(rows, gain)) return 'untold';
  return low > 0 === (primary.better === 'higher') ? 'better' : 'worse';
}

const VERDICTS: Readonly<Record<GainVerdict, string>> = {
  better: 'more than chance',
  worse: 'worse, and that is more than chance',
  chance: 'that may be chance',
  untold: 'that may be chance, as one seed does not tell',
};

/** @param named whether to name the mode, since several were compared */
export function gainSentence(compared: Compared, gain: ComparedGain, named: boolean): string {
  const labels =
    gain.fraction === 1 ? 'all labels' : `${percentNumber(gain.fraction)} % of the labels`;
  const mode = named ? ` (${modeName(gain.mode)})` : '';
  return `With ${labels}${mode} pre-training gives ${gainChange(compared.primary, gain)}: ${VERDICTS[verdictOf(compared, gain)]}.`;
}
