/** One run: all that is known of it without its checkpoints being read, and what people say of it. */
import type { RunAbout } from '../contract/run-about.ts';
import { changeAbout, readAbout } from './run-about.ts';
import { type FolderRun, findRun, shownName, summary } from './run-folder.ts';
import { checkpointItems, folderBytes } from './run-size.ts';

export interface DescribedRun extends FolderRun {
  readonly checkpoints: Awaited<ReturnType<typeof checkpointItems>>;
  /** Of all its files. */
  readonly bytes: number;
}

export interface RunReference {
  readonly workspace: string;
  /** A folder, an id, the beginning of one, or a name. */
  readonly run: string;
}

/** @throws StudioError `run-not-found`, `run-ambiguous`, `run-damaged` */
export async function describeRun({ workspace, run }: RunReference): Promise<DescribedRun> {
  const { dir, record } = await findRun(workspace, run);
  const [found, checkpoints, bytes] = await Promise.all([
    summary(dir, record),
    checkpointItems(dir, record.best),
    folderBytes(dir),
  ]);
  return { ...found, checkpoints, bytes };
}

/** What is shown of a run's words. */
interface RunLabels {
  readonly name: string;
  readonly tags: readonly string[];
}

export interface EditedRun {
  readonly id: string;
  readonly dir: string;
  readonly before: RunLabels;
  readonly after: RunLabels;
}

/** @throws StudioError `run-not-found`, `run-ambiguous`, `run-damaged`, and what the disk says */
export async function editRun({
  workspace,
  run,
  change,
}: RunReference & { readonly change: RunAbout }): Promise<EditedRun> {
  const { dir, record } = await findRun(workspace, run);
  const said = (about: RunAbout): RunLabels => ({
    name: shownName({ record, about }),
    tags: about.tags ?? [],
  });
  const before = said(await readAbout(dir));
  const after = said(await changeAbout(dir, record, change));
  return { id: record.id, dir, before, after };
}
