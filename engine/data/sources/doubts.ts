/**
 * Images that can be decoded but may not show what was meant: nearly one colour, or a small part of
 * the brightness range, which happens to values that were stored in another range.
 */
import { countOf } from '../../contract/number-text.ts';
import type { Sample } from './index-types.ts';
import { isTilePath } from './locate.ts';

export type DoubtCode =
  | 'nearly-one-colour'
  | 'few-levels'
  | 'extra-channel'
  | 'several-pictures'
  | 'other-pictures'
  | 'small-range';

export interface Doubt {
  readonly code: DoubtCode;
  /** a sentence with the count, without its full stop */
  readonly message: string;
  /** such images */
  readonly items: readonly string[];
}

type Judged = Pick<
  Sample,
  | 'path'
  | 'width'
  | 'height'
  | 'phash'
  | 'levels'
  | 'span'
  | 'extraChannel'
  | 'otherPictures'
  | 'stored'
>;

interface Found {
  /** samples to which it applies */
  length: number;
  readonly items: string[];
}

/** The share of a set from which a doubt is reported: single empty images are common. */
const SHARE = 0.05;
/** Of 256: images with fewer levels or a smaller range are doubtful. */
const FEW_LEVELS = 16;
const SMALL_SPAN = 64;
/** Icons have few levels anyway, so smaller images are not doubtful. */
const LEAST_PIXELS = 32 * 32;

/** @param most items that are named of each doubt */
export function findDoubts(samples: Iterable<Judged>, most = Number.POSITIVE_INFINITY): Doubt[] {
  const [flat, narrow, several, others, few, extra] = Array.from({ length: 6 }, () => ({
    length: 0,
    items: [] as string[],
  })) as [Found, Found, Found, Found, Found, Found];
  let [all, unread] = [0, 0];
  for (const sample of samples) {
    const { path, width, height, phash, levels = 256, span = 256 } = sample;
    const { extraChannel, otherPictures = 0, stored } = sample;
    const note = (found: Found) => {
      if (found.length++ < most) found.items.push(path);
    };
    all++;
    unread += otherPictures;
    // Tiles have no look, and flat ones are left out.
    if (phash === '' && !isTilePath(path)) note(flat);
    if (stored && span <= SMALL_SPAN) note(narrow);
    if ((stored?.pictures ?? 1) > 1) note(several);
    if (otherPictures > 0) note(others);
    const isLarge = width * height >= LEAST_PIXELS;
    if (stored === undefined && phash !== '' && isLarge)
      if (levels <= FEW_LEVELS || span <= SMALL_SPAN) note(few);
    if (extraChannel || stored?.hasBytes) note(extra);
  }
  const doubts: Doubt[] = [];
  if (flat.length > SHARE * all)
    doubts.push({
      code: 'nearly-one-colour',
      message: `Images that are nearly of one colour; there is little to learn from them, unless their values were meant for another range: ${flat.length} of ${all}`,
      items: flat.items,
    });
  if (few.length > SHARE * all)
    doubts.push({
      code: 'few-levels',
      message: `Images that use ${FEW_LEVELS} levels of brightness or fewer, or a quarter of the range or less; if their values were meant for another range, scale them to 0 to 255: ${few.length} of ${all}`,
      items: few.items,
    });
  if (narrow.length > SHARE * all)
    doubts.push({
      code: 'small-range',
      message: `Images whose values take a quarter of the range of their type or less, so that they are dark or pale; set value_range to percentiles, or to the range that is meant: ${narrow.length} of ${all}`,
      items: narrow.items,
    });
  if (several.length > 0)
    doubts.push({
      code: 'several-pictures',
      message: `Files with several pictures, of which the first is used with their labels: ${several.length} of ${all}`,
      items: several.items,
    });
  if (others.length > 0)
    doubts.push({
      code: 'other-pictures',
      message: `Files of which only the first picture is used (${countOf(unread, 'other is', 'others are')} left out), being animations or pages of different sizes or kinds: ${others.length} of ${all}`,
      items: others.items,
    });
  if (extra.length > 0)
    doubts.push({
      code: 'extra-channel',
      message: `Images with a fourth channel that is not declared as transparency (near infrared, a mask), of which networks of three channels are given red, green and blue; set channels=4 for all: ${extra.length} of ${all}`,
      items: extra.items,
    });
  return doubts;
}

/** Images that {@link doubtText} names; one more shows that there are others. */
export const NAMED_IN_TEXT = 3;

/** One line per doubt, with the first of its images. */
export function doubtText({ message, items }: Doubt): string {
  return `${message}: ${items.slice(0, NAMED_IN_TEXT).join('; ')}${items.length > NAMED_IN_TEXT ? '; …' : ''}`;
}
