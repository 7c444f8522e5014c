/** A measurement of learning as numbers under the names of curves; of lists some elements. */
import { z } from 'zod';
import { defined } from '../contract/defined.ts';
import { groupMatch } from '../contract/match-groups.ts';
import { numbersOf } from './numbers-of.ts';

/** Numbers that are not finite are written as null. */
const number = z.number().nullable();
const listsSchema = z.object({
  attentionEntropy: z.array(number).catch([]),
  gradientNorms: z.array(z.object({ part: z.string(), norm: number })).catch([]),
  matchByVisible: z
    .array(z.object({ visible: z.number(), patches: z.number(), match: z.number() }))
    .catch([]),
});

export function learningNumbers(event: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers = numbersOf(event);
  const { attentionEntropy, gradientNorms, matchByVisible } = listsSchema.parse(event);
  const blocks = gradientNorms.filter(({ part }) => part.startsWith('blocks.'));
  const normOf = (name: string) =>
    gradientNorms.find(({ part }) => part === name)?.norm ?? undefined;
  return {
    ...numbers,
    ...defined({
      probeMatch: numbers['match'],
      firstAttentionEntropy: attentionEntropy[0] ?? undefined,
      attentionEntropy: attentionEntropy.at(-1) ?? undefined,
      firstBlockGradient: blocks[0]?.norm ?? undefined,
      lastBlockGradient: blocks.at(-1)?.norm ?? undefined,
      projectorGradient: normOf('projector'),
      embeddingGradient: normOf('embedding'),
      matchFewVisible: groupMatch(matchByVisible, 'few'),
      matchSomeVisible: groupMatch(matchByVisible, 'some'),
      matchMostVisible: groupMatch(matchByVisible, 'most'),
    }),
  };
}
