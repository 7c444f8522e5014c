/** The images that are excluded from a data set, and changes of them. */
import type { Dataset } from '../../contract/studio/datasets.ts';
import { readExcluded } from '../../data/given/excluded-images.ts';
import { excludedFile, keepExcluded } from '../../runs/excluded-list.ts';

type Exclusion = Dataset['excluded'];

export interface ExclusionChange {
  /** All, where left out. */
  readonly paths?: readonly string[] | undefined;
  /** Whether they are images of the set again. */
  readonly back: boolean;
}

/** In their order. @throws StudioError `list-invalid` */
export async function excludedPaths(excluded: Exclusion): Promise<string[]> {
  return excluded === undefined ? [] : [...(await readExcluded([excluded.file], false))];
}

/** @returns undefined where nothing is excluded any more @throws StudioError errors of disks */
export async function changeExclusion(
  workspace: string,
  excluded: Exclusion,
  { paths, back }: ExclusionChange,
): Promise<Exclusion> {
  const known = new Set(back && paths === undefined ? [] : await excludedPaths(excluded));
  for (const one of paths ?? []) {
    if (back) known.delete(one);
    else known.add(one);
  }
  if (known.size === 0) return undefined;
  const name = await keepExcluded(workspace, known);
  return { file: excludedFile(workspace, name), images: known.size };
}
