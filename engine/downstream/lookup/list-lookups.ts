/** The indexes of patches that a run keeps. */
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { nearest } from '../../contract/nearest.ts';
import type { LookupAbout } from '../../contract/studio/lookup.ts';
import { readAboutIndex } from '../../insight/lookup/index-files.ts';
import { lookupFolder } from '../../runs/lookup-folder.ts';
import { folderNames } from '../../runs/run-folder.ts';

export interface KeptLookup {
  readonly about: LookupAbout;
  readonly dir: string;
}

/** Newest first. @throws StudioError `lookup-damaged` */
export async function listLookups(run: string): Promise<KeptLookup[]> {
  const folder = lookupFolder(run);
  const kept = await Promise.all(
    (await folderNames(folder)).map(async (name): Promise<KeptLookup> => {
      const dir = path.join(folder, name);
      return { about: await readAboutIndex(dir), dir };
    }),
  );
  return kept.sort((a, b) => b.about.builtAt.localeCompare(a.about.builtAt));
}

/** @param name by default the newest @throws StudioError `lookup-missing`, `lookup-damaged` */
export async function findLookup(run: string, name?: string): Promise<KeptLookup> {
  const kept = await listLookups(run);
  const found = name === undefined ? kept[0] : kept.find(({ about }) => about.name === name);
  if (found !== undefined) return found;
  if (name === undefined)
    throw new StudioError('lookup-missing', `${path.basename(run)} keeps no index of patches.`, {
      advice: 'Build one: conmim insight lookup RUN --build DIR',
    });
  const names = kept.map(({ about }) => about.name);
  const near = nearest(name, names);
  throw new StudioError('lookup-missing', `${path.basename(run)} keeps no index "${name}".`, {
    advice:
      near === undefined
        ? `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ') || 'none'}.`
        : `Did you mean ${near}?`,
  });
}
