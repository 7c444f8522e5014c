/** Sets without the images that a network of a recipe cannot be given, which are named. */
import { StudioError } from '../../contract/errors.ts';
import { countOf } from '../../contract/number-text.ts';
import type { ChannelValues } from '../../contract/settings/channels.ts';
import type { StoredKind } from '../../contract/stored-kind.ts';
import { fittingImages } from '../../data/scan/fitting-images.ts';
import type { LazyList } from '../../data/sources/lazy-list.ts';
import { leftOutNotes } from '../../data/sources/unreadable.ts';
import type { Notice } from '../../runs/events.ts';

/** What must be known of an image to judge whether it fits. */
export interface JudgedImage {
  readonly path: string;
  readonly stored?: StoredKind;
}

interface Fitting<S> {
  readonly images: LazyList<S>;
  readonly notices: readonly Notice[];
}

/**
 * @param recipe without one all images fit
 * @returns the images that fit, which are the given ones where all do, and a notice of the others
 * @throws StudioError `no-images` where none fits
 */
export function imagesThatFit<S extends JudgedImage>(
  images: LazyList<S>,
  recipe: ChannelValues | undefined,
): Fitting<S> {
  if (recipe === undefined) return { images, notices: [] };
  const { channels, value_range: valueRange } = recipe;
  const { kept, leftOut } = fittingImages(images, { channels, valueRange });
  if (kept.length === 0 && leftOut.length > 0) {
    const [{ path, reason }] = leftOut as [(typeof leftOut)[number]];
    throw new StudioError(
      'no-images',
      `None of the ${countOf(leftOut.length, 'image')} fits the recipe, such as ${path}: ${reason}`,
      {
        advice: 'Change channels or value_range, or give other images.',
        details: { unreadable: leftOut.slice(0, NAMED) },
      },
    );
  }
  const notices = leftOutNotes('Images that do not fit the recipe', leftOut).map(
    (message): Notice => ({ code: 'images-unfit', message }),
  );
  return { images: kept, notices };
}

const NAMED = 20;
