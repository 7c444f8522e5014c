/** Schema of the result of a partial fine-tuning, and a sentence about it. */
import { z } from 'zod';
import { scoreFacts, scoreFields, scoreValueText } from '../../../../../engine/contract/scores.ts';
import { inSentence } from '../../../../../engine/contract/terms.ts';
import type { TunedBlocks } from '../../../../../engine/contract/tuned-blocks.ts';

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

const recordSchema = z.looseObject({
  primary: scoreFields.primary,
  depth: z.int().min(1),
  points: z.array(z.looseObject({})).min(1),
});

export const partialSchema = z.preprocess(
  (found) => {
    const { data } = recordSchema.safeParse(found);
    if (data === undefined) return found;
    // A record has each estimate under the name of its score.
    const points = data.points.map((point) => ({ ...point, score: point[data.primary.name] }));
    return { ...data, points };
  },
  z.looseObject({
    primary: scoreFields.primary,
    depth: z.int().min(1),
    labelled: z.number(),
    images: z.number(),
    points: z
      .array(
        z.looseObject({
          blocks: z.union([z.int().min(0), z.literal('all')]),
          start: z.enum(['pretrained', 'scratch']),
          seeds: z.number(),
          score: estimate,
        }),
      )
      .min(1),
  }),
);
export type StoredPartial = z.infer<typeof partialSchema>;

export function blocksName(blocks: TunedBlocks): string {
  if (blocks === 'all') return 'everything';
  if (blocks === 0) return 'the head alone';
  return blocks === 1 ? 'the last block' : `the last ${blocks} blocks`;
}

/** What the pre-trained curve says; undefined where it has one point. */
export function partialSentence({ primary, points }: StoredPartial): string | undefined {
  const own = points.filter(({ start }) => start === 'pretrained');
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const text = (value: number) => scoreValueText(primary.name, value);
  const at = ({ blocks, score }: typeof first) => `with ${blocksName(blocks)} ${text(score.value)}`;
  return `${inSentence(scoreFacts(primary.name).title)} of the pre-trained network is ${at(first)}, ${at(last)}.`.replace(
    /^./,
    (letter) => letter.toUpperCase(),
  );
}
