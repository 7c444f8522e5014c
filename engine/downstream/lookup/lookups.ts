/** Indexes of patches by run, as commands and pages open them. */
import type { LookupResult } from '../../contract/studio/lookup.ts';
import { findRun } from '../../runs/run-folder.ts';
import { writeLookupFigure } from './figure.ts';
import { findLookup, type KeptLookup, listLookups } from './list-lookups.ts';
import { Lookup } from './open-lookup.ts';

export interface LookupReference {
  readonly workspace: string;
  readonly run: string;
  /** By default the newest. */
  readonly name?: string | undefined;
  readonly device?: string | undefined;
}

/** @throws StudioError `run-not-found`, `lookup-missing`, `lookup-damaged` */
export async function openLookup(reference: LookupReference): Promise<Lookup> {
  const run = await findRun(reference.workspace, reference.run);
  return Lookup.open(run, await findLookup(run.dir, reference.name), reference.device);
}

/** @throws StudioError `run-not-found`, `lookup-damaged` */
export async function lookupsOfRun(workspace: string, run: string): Promise<KeptLookup[]> {
  return listLookups((await findRun(workspace, run)).dir);
}

/** @throws StudioError `target-taken`, `image-unreadable` */
export async function drawLookup(
  file: string,
  lookup: Lookup,
  result: LookupResult,
): Promise<void> {
  await writeLookupFigure(file, { about: lookup.about, result, model: await lookup.model });
}
