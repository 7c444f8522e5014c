/** The images and objects of a run, and what is refused or told of them. */
import { StudioError } from '../../contract/errors.ts';
import { countOf } from '../../contract/number-text.ts';
import type { ChannelValues } from '../../contract/settings/channels.ts';
import type { DenseImage, DenseSet } from '../../data/targets/dense-types.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import { type DenseData, readDenseData } from '../shared/dense-data.ts';
import type { DataContext } from '../task.ts';
import type { ObjectTask } from './report.ts';

/** @throws StudioError as `readDenseData` does; `labels-missing`, `training-empty`, `validation-empty` */
export async function readObjectData(
  task: ObjectTask,
  spec: LabelledSpec,
  context: DataContext,
  recipe: ChannelValues,
): Promise<DenseData> {
  const data = await readDenseData(spec, 'objects', context, recipe);
  const { train, val } = data;
  if (countObjects(train.images) === 0) throw withoutObjects('training-empty', train, 'training');
  if (countObjects(val.images) === 0) throw withoutObjects('validation-empty', val, 'validation');
  if (task === 'instances') for (const set of [train, val]) refuseBoxesOnly(set);
  return data;
}

/** Objects that are to be found. */
function countObjects(images: DenseSet['images'], isWanted = isFound): number {
  let count = 0;
  for (const { objects = [] } of images) count += objects.filter(isWanted).length;
  return count;
}

type FoundObject = NonNullable<DenseImage['objects']>[number];

function isFound({ crowd }: FoundObject): boolean {
  return !crowd;
}

function hasMask({ crowd, mask }: FoundObject): boolean {
  return !crowd && mask !== undefined;
}

/** @throws StudioError `masks-missing` where instance segmentation has no mask to learn or compare */
export function refuseBoxesOnly({ source, images }: DenseSet): void {
  if (countObjects(images, hasMask) > 0) return;
  throw new StudioError(
    'masks-missing',
    `The ${countOf(countObjects(images), 'object')} of ${source} have boxes and no outlines or masks.`,
    {
      advice: 'Learn boxes alone with --task detect, or give labels with outlines.',
      details: { path: source },
    },
  );
}

function withoutObjects(
  code: 'training-empty' | 'validation-empty',
  { source, images }: DenseSet,
  of: 'training' | 'validation',
): StudioError {
  return new StudioError(
    code,
    `None of the ${countOf(images.length, `${of} image`)} of ${source} has an object to find.`,
    { advice: `Give ${of} images of which at least one has an object.` },
  );
}
