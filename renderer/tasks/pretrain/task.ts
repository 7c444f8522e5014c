/** Pre-training without labels. */
import { imageSides } from '../../../engine/contract/settings/shared.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import type { TaskPages } from '../task.ts';

export const pretrainPages: TaskPages = {
  kind: 'pretrain',
  training: 'Pre-training',
  recipe: 'pretrain',
  stepScore: termOf('tokenMatch'),
  next: 'Fine-tune from this',
  /** Masked patches. */
  outcomes(recipe) {
    const number = (key: string) => Number(recipe[key]);
    const [height, width] = imageSides(recipe as Parameters<typeof imageSides>[0]);
    const patches = (height * width) / number('patch_size') ** 2;
    const masked =
      recipe['mask_type'] === 'block' ? number('mask_patches') : number('mask_ratio') * patches;
    return number('batch_size') * Math.max(1, Math.min(patches, masked));
  },
};
