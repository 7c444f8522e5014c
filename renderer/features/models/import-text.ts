/** Sentences about the tensors of an imported file. */

import { z } from 'zod';
import { countOf } from '../../ui/format.ts';

const reportSchema = z.looseObject({
  matched: z.array(z.unknown()),
  missing: z.array(z.string()),
  unexpected: z.array(z.string()),
  ignored: z.array(z.looseObject({ reason: z.string() })),
  reshaped: z.array(z.looseObject({ name: z.string() })),
  notes: z.array(z.string()),
});

const NAMED = 5;

export function importSentences(result: Readonly<Record<string, unknown>>): string[] {
  const parsed = reportSchema.safeParse(result['report']);
  if (!parsed.success) return [];
  const { matched, missing, unexpected, ignored, reshaped, notes } = parsed.data;
  const reasons = [...new Set(ignored.map(({ reason }) => reason))];
  return [
    `${countOf(matched.length, 'tensor was', 'tensors were')} loaded.`,
    ...(ignored.length > 0 ? [`${ignored.length} were left out: ${reasons.join('; ')}.`] : []),
    ...(unexpected.length > 0 ? [`${unexpected.length} are unexpected: ${some(unexpected)}.`] : []),
    ...(missing.length > 0
      ? [`${missing.length} are missing and set to zero: ${some(missing)}.`]
      : []),
    ...(reshaped.length > 0
      ? [`${reshaped.length} were reshaped: ${some(reshaped.map(({ name }) => name))}.`]
      : []),
    ...notes,
  ];
}

function some(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}
