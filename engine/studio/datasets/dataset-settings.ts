/** How the images of a data set are read: a new set, and one whose labels or division change. */

import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import type { DenseLabels } from '../../contract/dense-labels.ts';
import { StudioError } from '../../contract/errors.ts';
import { type DivisionSettings, USUAL_DIVISION } from '../../contract/settings/division.ts';
import { USUAL_STACKS } from '../../contract/settings/stack-channels.ts';
import { readTiling, tilingText } from '../../contract/settings/tiling.ts';
import type { InputOf } from '../../contract/studio/api.ts';
import type { Dataset } from '../../contract/studio/datasets.ts';
import type { DatasetRecord } from './dataset-store.ts';

export type AddOrder = Omit<InputOf<'datasets.add'>, 'folders'> & {
  readonly folders: readonly string[];
};

export type Division = Omit<InputOf<'datasets.divide'>, 'id'>;

/** As recipes have them. */
export function divisionSettings({ tiles, stackChannels }: Dataset): DivisionSettings {
  return { tiles, stack_channels: stackChannels };
}

/** @throws StudioError `dataset-invalid` for a set with labels in several places */
export function newDataset(order: AddOrder): DatasetRecord {
  const folders = [...new Set(order.folders.map((folder) => path.resolve(folder)))];
  if (order.kind !== 'images' && folders.length > 1)
    throw new StudioError('dataset-invalid', 'A data set with labels is one folder, or one file.', {
      advice: 'Add each of them by itself.',
    });
  const { several = false, labelSeparator, dense } = order;
  return {
    id: randomBytes(6).toString('hex'),
    name: order.name ?? folders.map((folder) => path.basename(folder) || folder).join(', '),
    kind: order.kind,
    folders,
    ...(several ? { several } : {}),
    ...(several && labelSeparator !== undefined ? { labelSeparator } : {}),
    ...(order.kind === 'dense' ? defined({ dense }) : {}),
    addedAt: new Date().toISOString(),
  };
}

/** @throws StudioError `dataset-invalid` of a set without masks or boxes */
export function withLabels(dataset: Dataset, dense: DenseLabels | undefined): Dataset {
  if (dataset.kind !== 'dense')
    throw new StudioError('dataset-invalid', 'It has no masks or boxes.', {
      advice: 'Add the folder with masks or boxes.',
    });
  const { dense: _, ...rest } = dataset;
  return { ...rest, ...defined({ dense }) };
}

/** @throws StudioError `dataset-invalid` of a set with masks or boxes */
export function withDivision(
  dataset: Dataset,
  { tiles, stackChannels = USUAL_STACKS }: Division,
): Dataset {
  if (dataset.kind === 'dense')
    throw new StudioError('dataset-invalid', 'Masks and boxes are of whole images.', {
      advice: 'Cut the images and their labels into smaller files.',
    });
  const { tiles: _, stackChannels: __, ...rest } = dataset;
  const wanted = tilingText(readTiling(tiles)!);
  return {
    ...rest,
    ...(wanted !== USUAL_DIVISION.tiles && { tiles: wanted }),
    ...(stackChannels !== USUAL_STACKS && { stackChannels }),
  };
}
