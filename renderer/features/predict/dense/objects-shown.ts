/** The objects of an image that are shown. */
import type { DrawnImage, ObjectPredictionPage } from '../../../../engine/contract/studio/index.ts';
import type { ClassNames } from '../../../ui/label-overlay/drawn-objects.ts';

export type ShownImage = DrawnImage;

export function namesOf({ classes }: Pick<ObjectPredictionPage, 'classes'>): ClassNames {
  return {
    classes: classes.map(({ name }) => name),
    colours: classes.map(({ colour }) => colour),
  };
}

/** @param chosen the only class that is shown */
export function shownImage(
  image: DrawnImage,
  { classes }: Pick<ClassNames, 'classes'>,
  { threshold, chosen }: { readonly threshold: number; readonly chosen: string | undefined },
): ShownImage {
  const objects = image.objects.filter(
    ({ label, score }) => score >= threshold && (chosen === undefined || classes[label] === chosen),
  );
  return { ...image, objects };
}
