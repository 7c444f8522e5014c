/** What the student of a pre-training saw of a few images, and which patches it took for the masked ones. */
import { z } from 'zod';

const count = z.int().min(0);

/** Views and masks, which stay the same for the whole run. */
function viewsSchema<F extends z.ZodType<string>>(file: F) {
  return z.object({
    /** patches of an image */
    rows: z.int().min(1),
    cols: z.int().min(1),
    images: z.array(
      z.object({
        path: z.string(),
        /** `0` or `1` for each patch, row by row; 1 where the student sees the mask token instead */
        mask: z.string().regex(/^[01]+$/),
        /** the plain view, which the student sees masked, and the perturbed one of the teacher */
        student: file,
        teacher: file,
      }),
    ),
  });
}

/** As stored in the folder of a run, with files relative to it. */
export const storedStudentViewsSchema = viewsSchema(
  z.string().regex(/^student\/\d+-(student|teacher)\.webp$/),
);
export type StoredStudentViews = z.infer<typeof storedStudentViewsSchema>;

/** With absolute paths of the files. */
export const studentViewsSchema = viewsSchema(z.string());
export type StudentViews = z.infer<typeof studentViewsSchema>;

/** For each masked patch, row by row. */
const takenSchema = z.object({
  /** index of the teacher's patch that the student finds most similar */
  taken: z.array(count),
  /** probability of that patch, and of the patch's own */
  takenProbability: z.array(z.number()),
  ownProbability: z.array(z.number()),
});
export type TakenPatches = z.infer<typeof takenSchema>;

/** What the student took after a number of steps, in the order of the images. */
export const studentStepSchema = z.object({ step: count, images: z.array(takenSchema) });
export type StudentStep = z.infer<typeof studentStepSchema>;

export interface MaskedPatch {
  /** row by row, as `taken` */
  readonly patch: number;
  readonly taken: number;
  readonly takenProbability: number;
  readonly ownProbability: number;
}

export function maskedPatches(
  { mask }: { readonly mask: string },
  found: TakenPatches,
): MaskedPatch[] {
  const patches = [...mask].flatMap((covered, patch) => (covered === '1' ? [patch] : []));
  return patches.slice(0, found.taken.length).map((patch, i) => ({
    patch,
    taken: found.taken[i]!,
    takenProbability: found.takenProbability[i]!,
    ownProbability: found.ownProbability[i]!,
  }));
}
