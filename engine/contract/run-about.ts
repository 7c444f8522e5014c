/**
 * What people say of a run: another name, tags, a note, whether it is a favourite.
 *
 * None of it is a reference: a run's id and folder never change, and its first name stays valid.
 */
import { z } from 'zod';
import { NAME_LENGTH } from './jobs/values.ts';
import { MOST_TAGS, NOTE_LENGTH, TAG_LENGTH } from './run-about-limits.ts';

/** A short text; commas separate tags, so no tag holds one. */
const tagSchema = z
  .string()
  .trim()
  .min(1, 'a tag is not empty')
  .max(TAG_LENGTH, `a tag has at most ${TAG_LENGTH} characters`)
  .regex(/^[^\p{Cc}\u2028\u2029,]*$/u, 'a tag is one line without commas');

/** Tags that differ in case alone are one; the first spelling stays. */
const tagsSchema = z
  .array(tagSchema)
  .overwrite((tags) =>
    [...new Map(tags.toReversed().map((tag) => [tag.toLowerCase(), tag])).values()].toReversed(),
  )
  .refine((tags) => tags.length <= MOST_TAGS, `a run has at most ${MOST_TAGS} tags`);

export const runAboutSchema = z.object({
  /** Shown in place of the name that the run was started with. */
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
