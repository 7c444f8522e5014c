/** Validation images of a set that also occur among its training images. */
import { findLeaks, type Leak } from '../labelled/leaks.ts';
import { denseSetApart, denseTrainingPart } from './dense-splits.ts';
import type { DenseSet } from './dense-types.ts';

/** None where the set has no split to judge on. */
export function splitLeaks(set: DenseSet): Leak[] {
  const apart = denseSetApart(set);
  if (apart === undefined) return [];
  const against = [{ name: 'train', samples: denseTrainingPart(set).images }];
  return findLeaks({ evaluation: { samples: apart.images }, against });
}
