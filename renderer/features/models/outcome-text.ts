/** Texts about the checks of an export, and about the tensors of an import. */
import { z } from 'zod';
import { bytesText, countOf } from '../../ui/format.ts';
import { pageWords } from '../../ui/page-words.ts';

const networkSchema = z.looseObject({
  tensors: z.number(),
  bytes: z.number(),
  largestDifference: z.number(),
});
const featuresSchema = z.looseObject({ images: z.number(), width: z.number() });

export function outcomeSentences(result: Readonly<Record<string, unknown>>): string[] {
  const network = networkSchema.safeParse(result).data;
  if (network !== undefined)
    return [
      `${countOf(network.tensors, 'tensor')}, ${bytesText(network.bytes)}, read back and compared. ${differenceText(network.largestDifference)}`,
    ];
  const features = featuresSchema.safeParse(result).data;
  if (features === undefined) return [];
  return [
    `${countOf(features.images, 'image')}, ${countOf(features.width, 'dimension')} each, read back and compared.`,
  ];
}

/** The file or folder that was written. */
export function outcomePath(result: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof result['path'] === 'string') return result['path'];
  const files = result['files'];
  return Array.isArray(files) && typeof files[0] === 'string' ? files[0] : undefined;
}

const reportSchema = z.looseObject({
  matched: z.array(z.unknown()),
  missing: z.array(z.string()),
  unexpected: z.array(z.string()),
  ignored: z.array(z.looseObject({ reason: z.string() })),
  reshaped: z.array(z.looseObject({ name: z.string() })),
  notes: z.array(z.string()),
});

const NAMED = 5;

/** Sentences about the tensors of an imported file. */
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
    ...notes.map(pageWords),
  ];
}

function some(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}

/** A sentence about the difference between the outputs of an export and the original. */
export function differenceText(largest: number): string {
  if (largest === 0) return 'Its outputs are bit-identical to those of the original.';
  return `Its outputs match the original; the largest difference is ${largest.toExponential(1)}, within rounding.`;
}
