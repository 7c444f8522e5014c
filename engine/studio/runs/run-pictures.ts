/** Pictures of evaluations with the paths of their files. */
import path from 'node:path';
import type { EvaluationPictures, LoggedPictures } from '../../contract/studio/runs.ts';

/** @param dir folder of the run */
export function picturesIn(dir: string, { images, ...rest }: LoggedPictures): EvaluationPictures {
  return {
    ...rest,
    images: images.map(({ path: image, views }) => ({
      path: image,
      views: views.map((view) => ({ ...view, file: path.join(dir, view.file) })),
    })),
  };
}
