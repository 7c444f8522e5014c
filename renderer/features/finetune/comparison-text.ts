/** A comparison's record, and what its gains say. */
import { z } from 'zod';
import { percentText } from '../../ui/format.ts';

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
  if (mode === 'full') return 'whole network';
  if (mode === 'linear') return 'last layer only';
  const blocks = mode.split(':')[1];
  return blocks === '1' ? 'last block' : `last ${blocks} blocks`;
}

const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;

/** Such as `+6.0 points (+5.0 to +6.8)`. */
export function gainText({ top1: { value, low, high } }: Gain): string {
  return `${points(value)} points (${points(low)} to ${points(high)})`;
}

export function gainSentence(gain: Gain): string {
  const { low, high } = gain.top1;
  const verdict =
    low > 0
      ? 'pre-training helped, more than chance would'
      : high < 0
        ? 'pre-training made it worse, more than chance would'
        : 'that may be chance';
  return `With ${percentText(gain.fraction, 0)} of the labels (${modeText(gain.mode)}): ${gainText(gain)}; ${verdict}.`;
}
