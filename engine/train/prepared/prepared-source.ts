/** Whether a run reads its images from where they are prepared. */
import { countOf } from '../../contract/number-text.ts';
import { PreparedImages } from '../../data/prepared/prepared-images.ts';
import { findPrepared, findPreparedFor } from '../../data/preparing/prepared-store.ts';
import type { Notice } from '../../runs/events.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import type { SteppedTask, TaskTypes } from '../../tasks/task.ts';

export const PREPARED_USES = ['auto', 'off'] as const;

export interface PreparedSource {
  readonly images?: PreparedImages;
  /** for run.json */
  readonly record?: NonNullable<RunRecord['prepared']>;
  readonly notices: readonly Notice[];
}

const NONE: PreparedSource = { notices: [] };

/** For a run that begins: its images as they are prepared, if they are. */
export async function findPreparedSource<T extends TaskTypes>(
  task: SteppedTask<T>,
  recipe: T['recipe'],
  { workspace, folders }: { readonly workspace: string; readonly folders: readonly string[] },
): Promise<PreparedSource> {
  const settings = task.preparable?.(recipe);
  if (settings === undefined) return NONE;
  const order = { workspace, folders, settings };
  const folder = await findPrepared(order);
  if (folder !== undefined) return openSource(folder);
  return task.kind === 'finetune' ? preparedForOthers(order) : NONE;
}

/** Fine-tunings read what was prepared for other views, where it suffices for theirs. */
async function preparedForOthers(
  order: Parameters<typeof findPreparedFor>[0],
): Promise<PreparedSource> {
  const { shards, misfit } = await findPreparedFor(order);
  if (shards !== undefined) return openSource(shards);
  if (misfit === undefined) return NONE;
  const message = `Images of ${misfit.folders.join(', ')} are prepared, and are read from their files all the same: they ${misfit.reason}.`;
  return { notices: [{ code: 'prepared-unfit', message }] };
}

/** For a run that continues: the same images as it began with. */
export async function reopenPreparedSource({
  prepared,
}: Partial<Pick<RunRecord, 'prepared'>>): Promise<PreparedSource> {
  if (prepared === undefined) return NONE;
  const source = await openSource(prepared.folder);
  if (source.images !== undefined) return source;
  const message = `The prepared images in ${prepared.folder} are gone, and the files are read instead.`;
  const advice = 'Views differ slightly from those before; prepare the images again to avoid that.';
  return { notices: [{ code: 'prepared-missing', message, advice }] };
}

async function openSource(folder: string): Promise<PreparedSource> {
  const images = await PreparedImages.open(folder);
  const { count, damaged } = images;
  if (count === 0) return NONE;
  const notices: Notice[] = [
    {
      code: 'prepared-used',
      message: `${countOf(count, 'image')} are read from where they are prepared, in ${folder}. Views differ slightly from those of the files.`,
    },
  ];
  if (damaged.length > 0)
    notices.push({
      code: 'prepared-damaged',
      message: `${countOf(damaged.length, 'file')} of prepared images cannot be read, such as ${damaged[0]}; their images are read from their own files.`,
      advice: 'Prepare the images again, which replaces what is damaged.',
    });
  return { images, record: { folder, images: count }, notices };
}
