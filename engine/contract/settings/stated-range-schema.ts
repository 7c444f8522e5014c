/** Apart from what it checks, which threads that read images use without zod. */
import { z } from 'zod';
import { isStatedRange, type StatedRange } from './stated-range.ts';

export const statedRangeSchema = z.custom<StatedRange>(isStatedRange);
