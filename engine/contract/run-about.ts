/**
 * Attributes of a run that users set: another name, tags, a note, whether it is a favourite.
 *
 * None of them is a reference: a run's id and folder never change, and its first name stays valid.
 */
import { z } from 'zod';
import { NAME_LENGTH } from './jobs/values.ts';
import { MOST_TAGS, NOTE_LENGTH, TAG_LENGTH } from './run-about-limits.ts';

/** A short text without commas, which separate tags. */
const tagSchema = z
  .string()
  .trim()
  .min(1, 'a tag is not empty')
  .max(TAG_LENGTH, `a tag has at most ${TAG_LENGTH} characters`)
  .regex(/^[^\p{Cc}\u2028\u2029,]*$/u, 'a tag is one line without commas');

/** Tags that differ in case only are the same; the first spelling is kept. */
const tagsSchema = z
  .array(tagSchema)
  .overwrite((tags) =>
    [...new Map(tags.toReversed().map((tag) => [tag.toLowerCase(), tag])).values()].toReversed(),
  )
  .refine((tags) => tags.length <= MOST_TAGS, `a run has at most ${MOST_TAGS} tags`);

export const runAboutSchema = z.object({
  /** Shown instead of the name that the run was started with. */
  name: z
    .string()
    .trim()
    .min(1, 'a name is not empty')
    .max(NAME_LENGTH, `a name has at most ${NAME_LENGTH} characters`)
    .optional(),
  tags: tagsSchema.optional(),
  note: z.string().max(NOTE_LENGTH).optional(),
  favourite: z.boolean().optional(),
});
export type RunAbout = z.output<typeof runAboutSchema>;
