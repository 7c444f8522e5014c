/** How many trainings a comparison needs before it claims that a gain is more than chance. */

const LEAST = 2;

interface ComparedPlace {
  readonly fraction: number;
  readonly mode: string;
}

/** Whether both sides of a gain were trained with several seeds. @param rows of the comparison */
export function hasSeveralSeeds(
  rows: readonly (ComparedPlace & { readonly seeds: number })[],
  { fraction, mode }: ComparedPlace,
): boolean {
  return rows.every((row) => row.fraction !== fraction || row.mode !== mode || row.seeds >= LEAST);
}
