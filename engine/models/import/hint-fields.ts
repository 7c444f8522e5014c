/** Fields that several sources of hints have. */
import { z } from 'zod';
import type { Hints } from './hints.ts';

export const positive = z.number().positive();
export const size = z.int().positive();
/** Height and width, or one number for both. */
export const sides = z
  .union([size, z.tuple([size, size])])
  .transform((value): [number, number] => (typeof value === 'number' ? [value, value] : value));

/** The hints that say something. */
export function defined(hints: Hints): Hints {
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined));
}
