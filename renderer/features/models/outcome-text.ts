/** Texts about the checks of an export. */
import { z } from 'zod';
import { bytesText, countOf } from '../../ui/format.ts';
import { differenceText } from './formats.ts';

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
