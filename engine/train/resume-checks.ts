/** What is checked and recorded before a run goes on. */
import { StudioError } from '../contract/errors.ts';
import type { Precision } from '../contract/precision.ts';
import type { ResolvedDevice } from '../devices/resolve-device.ts';
import { environment, environmentChanges } from '../runs/environment.ts';
import type { Notice } from '../runs/events.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { RunSession } from '../runs/run-session.ts';
import { deviceFields } from './run-listener.ts';

/** What a run goes on with where that is not what it went on with before. */
export interface ResumeChanges {
  readonly device?: string;
  readonly precision?: Precision;
  /** Go on although the images have changed; steps are then not those of the uninterrupted run. */
  readonly acceptChangedData?: boolean;
}

/** The setting that a resumed run changes, if it does. */
export function precisionOf({ precision }: ResumeChanges): { precision?: Precision } {
  return precision === undefined ? {} : { precision };
}

/** Keep in run.json on what and how a resumed run computes, so that it goes on so the next time too. */
export async function recordWay(
  session: RunSession,
  device: ResolvedDevice,
  { micro_batch, precision }: { micro_batch: number | null; precision: Precision },
): Promise<void> {
  const { recipe, device: before } = session.run.record;
  if (recipe['micro_batch'] !== micro_batch || recipe['precision'] !== precision)
    await session.recordRecipe({ micro_batch, precision });
  if (before !== device.id)
    await session.recordDevice({ deviceReason: undefined, ...deviceFields(device) });
}

/** @param accept whether changed images bring a warning @throws StudioError `dataset-changed` */
export function checkDataset(
  run: RunFolder,
  index: { readonly fingerprint: string; readonly images: number },
  accept: boolean,
): Notice[] {
  const { fingerprint, images, folders } = run.record.dataset;
  if (index.fingerprint === fingerprint) return [];
  const message = `The images in ${folders.join(', ')} are not those that the run began with: ${images} then, ${index.images} now.`;
  if (accept) return [{ code: 'dataset-changed', message }];
  throw new StudioError('dataset-changed', message, {
    advice: 'Restore the images, or start a new run on the changed ones.',
    details: { folders, before: fingerprint, now: index.fingerprint },
  });
}

/** What keeps a resumed run from being the same bit for bit. */
export function checkEnvironment(
  run: RunFolder,
  device: string,
  threads: number,
  precision: Precision,
): Notice[] {
  const { versions, device: before, recipe } = run.record;
  const changes = environmentChanges(
    { ...versions, device: before, precision: String(recipe['precision'] ?? 'float32') },
    { ...environment(threads), device, precision },
  );
  if (changes.length === 0) return [];
  return [
    {
      code: 'environment-changed',
      message: `The run continues on something else than it began on: ${changes.join(', ')}.`,
      advice: 'It continues correctly, but not bit for bit as it would have.',
    },
  ];
}
