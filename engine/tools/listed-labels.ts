/** Dense labels of an image as a list of images keeps them, in JSON. */
import type { DenseImage, DenseObject, DenseSet, ObjectMask } from '../data/targets/dense-types.ts';

/** What the labels of a list mean. */
export type ListedMeaning = Pick<DenseSet, 'classes' | 'values'>;

export interface ListedLabels {
  readonly mask?: DenseImage['mask'];
  readonly objects?: readonly ListedObject[];
}

interface ListedObject extends Pick<DenseObject, 'label' | 'box' | 'crowd'> {
  readonly polygons?: readonly (readonly number[])[];
  readonly runs?: { readonly height: number; readonly width: number; readonly counts: number[] };
}

export function listedLabels({ mask, objects }: DenseImage): ListedLabels {
  return {
    ...(mask && { mask }),
    ...(objects && { objects: objects.map(listedObject) }),
  };
}

function listedObject({ label, box, crowd, mask }: DenseObject): ListedObject {
  const object = { label, box, crowd };
  if (mask === undefined) return object;
  if ('polygons' in mask)
    return { ...object, polygons: mask.polygons.map((one) => Array.from(one, rounded)) };
  const { height, width, counts } = mask.runs;
  return { ...object, runs: { height, width, counts: [...counts] } };
}

/** Hundredths of a pixel cannot be seen. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The labels as they were. */
export function readListedLabels({
  mask,
  objects,
}: ListedLabels): Pick<DenseImage, 'mask' | 'objects'> {
  return {
    ...(mask && { mask }),
    ...(objects && {
      objects: objects.map(({ polygons, runs, ...object }) => {
        const area = areaOf(polygons, runs);
        return { ...object, ...(area && { mask: area }), area: undefined, record: 0 };
      }),
    }),
  };
}

function areaOf(
  polygons: ListedObject['polygons'],
  runs: ListedObject['runs'],
): ObjectMask | undefined {
  if (polygons !== undefined) return { polygons: polygons.map((one) => Float64Array.from(one)) };
  return runs && { runs: { ...runs, counts: Uint32Array.from(runs.counts) } };
}
