/**
 * Images that can be decoded but may not show what was meant: nearly one colour, or a small part of
 * the brightness range, which happens to values that were stored in another range.
 */
import { countOf } from '../contract/number-text.ts';
import type { Sample } from './index-types.ts';

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
  /** all such images */
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

/** The share of a set from which a doubt is reported: single empty images are common. */
const SHARE = 0.05;
/** Of 256: images with fewer levels or a smaller range are doubtful. */
const FEW_LEVELS = 16;
const SMALL_SPAN = 64;
/** Icons have few levels anyway, so smaller images are not doubtful. */
const LEAST_PIXELS = 32 * 32;

export function findDoubts(of: Iterable<Judged>): Doubt[] {
  const samples = [...of];
  const flat = samples.filter(({ phash }) => phash === '');
  const narrow = samples.filter(({ stored, span = 256 }) => stored && span <= SMALL_SPAN);
  const several = samples.filter(({ stored }) => (stored?.pictures ?? 1) > 1);
  const others = samples.filter(({ otherPictures = 0 }) => otherPictures > 0);
  const few = samples.filter(
    ({ phash, width, height, stored, levels = 256, span = 256 }) =>
      stored === undefined &&
      phash !== '' &&
      width * height >= LEAST_PIXELS &&
      (levels <= FEW_LEVELS || span <= SMALL_SPAN),
  );
  const extra = samples.filter(({ extraChannel, stored }) => extraChannel || stored?.hasBytes);
  const pathsOf = (images: readonly Judged[]) => images.map(({ path }) => path);
  const doubts: Doubt[] = [];
  if (flat.length > SHARE * samples.length)
    doubts.push({
      code: 'nearly-one-colour',
      message: `Images that are nearly of one colour; there is little to learn from them, unless their values were meant for another range: ${flat.length} of ${samples.length}`,
      items: pathsOf(flat),
    });
  if (few.length > SHARE * samples.length)
    doubts.push({
      code: 'few-levels',
      message: `Images that use ${FEW_LEVELS} levels of brightness or fewer, or a quarter of the range or less; if their values were meant for another range, scale them to 0 to 255: ${few.length} of ${samples.length}`,
      items: pathsOf(few),
    });
  if (narrow.length > SHARE * samples.length)
    doubts.push({
      code: 'small-range',
      message: `Images whose values take a quarter of the range of their type or less, so that they are dark or pale; set value_range to percentiles, or to the range that is meant: ${narrow.length} of ${samples.length}`,
      items: pathsOf(narrow),
    });
  if (several.length > 0)
    doubts.push({
      code: 'several-pictures',
      message: `Files with several pictures, of which the first is used with their labels: ${several.length} of ${samples.length}`,
      items: pathsOf(several),
    });
  if (others.length > 0)
    doubts.push({
      code: 'other-pictures',
      message: `Files of which only the first picture is used (${countOf(
        others.reduce((sum, { otherPictures = 0 }) => sum + otherPictures, 0),
        'other is',
        'others are',
      )} left out), being animations or pages of different sizes or kinds: ${others.length} of ${samples.length}`,
      items: pathsOf(others),
    });
  if (extra.length > 0)
    doubts.push({
      code: 'extra-channel',
      message: `Images with a fourth channel that is not declared as transparency (near infrared, a mask), of which networks of three channels are given red, green and blue; set channels=4 for all: ${extra.length} of ${samples.length}`,
      items: pathsOf(extra),
    });
  return doubts;
}

const NAMED = 3;

/** One line per doubt, with the first of its images. */
export function doubtText({ message, items }: Doubt): string {
  return `${message}: ${items.slice(0, NAMED).join('; ')}${items.length > NAMED ? '; …' : ''}`;
}
