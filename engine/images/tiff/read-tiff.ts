/**
 * TIFF files of every kind as pictures. Channels are those of a page, without transparency; pages
 * are samples or channels by choice; smaller copies are levels.
 */

import { isStudioError } from '../../contract/errors.ts';
import { USUAL_STACKS } from '../../contract/settings/stack-channels.ts';
import { unsupported } from '../errors.ts';
import type { ByteSource, OpenImage, ReadChoices, StoredImage } from '../stored-image.ts';
import { concatenated } from './colours.ts';
import { readHeader, readTextOf, type TiffFile } from './directory.ts';
import { imageJStack } from './imagej.ts';
import { openLevels } from './levels.ts';
import { omeStack } from './ome.ts';
import { MOST_CHANNELS } from './page.ts';
import { openPage, type PageReader } from './page-reader.ts';
import { asWholeSlide, type Picture, readPictures } from './pictures.ts';
import { readingAhead } from './read-ahead.ts';
import { plainStack, type Stack } from './stack.ts';
import { TAG } from './tags.ts';

export const openTiff: OpenImage = async (source, choices) => {
  return openStack(await readStack(source, choices.pages), choices);
};

/** Limit of the bytes of a description, which lists planes in OME-TIFF. */
const MOST_TEXT = 2 ** 25;

/** The pictures of a file, and which of them are samples. */
interface StackFile {
  readonly file: TiffFile;
  readonly pictures: readonly Picture[];
  readonly stack: Stack;
}

async function readStack(given: ByteSource, choice: ReadChoices['pages']): Promise<StackFile> {
  const source = readingAhead(given);
  const file: TiffFile = { source, header: await readHeader(source) };
  const pages = await readPictures(file);
  const text = await readTextOf(file, pages[0]!.page, TAG.description, MOST_TEXT);
  const pictures = asWholeSlide(pages, text);
  const count = pictures.length;
  const stack =
    omeStack(text, count, choice) ?? imageJStack(text, count, choice) ?? plainStack(count, choice);
  return { file, pictures, stack };
}

export interface PagesFound {
  /** without smaller copies and masks */
  readonly pictures: number;
  /** whether all of them can be read as samples or channels, being of one size and kind */
  readonly areAlike: boolean;
}

/** What the pages of a file are. @throws StudioError `image-damaged`, `image-unsupported` */
export async function findPages(source: ByteSource): Promise<PagesFound> {
  const { file, pictures } = await readStack(source, USUAL_STACKS);
  if (pictures.length === 1) return { pictures: 1, areAlike: true };
  const first = await openPage(file, pictures[0]!.page);
  try {
    for (const [i, { page }] of pictures.entries())
      requireAlike(await openPage(file, page), first, i);
    return { pictures: pictures.length, areAlike: true };
  } catch (error) {
    if (!isStudioError(error, 'image-unsupported')) throw error;
    return { pictures: pictures.length, areAlike: false };
  }
}

/** The levels of the pictures of a sample. */
type Parts = readonly (readonly PageReader[])[];

async function openStack(
  { file, pictures, stack }: StackFile,
  { pixelLimit, pages: choice }: ReadChoices,
): Promise<StoredImage> {
  const first = await openParts(file, pictures, stack.partsOf(0));
  const [{ width, height, colours, type, bits, typeRange, noData }] = first[0]! as [PageReader];
  const pages = first.map(([page]) => page!);
  const channels = pages.reduce((sum, page) => sum + page.channels, 0);
  if (channels > MOST_CHANNELS) throw unsupported(`it has more than ${MOST_CHANNELS} channels`);
  pages.forEach((page, i) => {
    requireAlike(page, pages[0]!, i);
  });
  const metadataRanges = pages.every((page) => page.metadataRanges !== undefined)
    ? pages.flatMap((page) => page.metadataRanges!)
    : stack.range && [stack.range];
  return {
    format: 'tiff',
    width,
    height,
    channels,
    colours: pages.length === 1 ? colours : 'other',
    samples: stack.samples,
    type,
    bits,
    ...(typeRange && { typeRange }),
    ...(metadataRanges && { metadataRanges }),
    ...(noData !== undefined && { noData }),
    ...(pictures.length > 1 && choice !== 'first' && choice !== USUAL_STACKS && { stack: choice }),
    ...(stack.channelNames && { channelNames: stack.channelNames }),
    levels: first[0]!.map((level) => ({ width: level.width, height: level.height })),
    async read(sample, region, level = 0) {
      const numbers = stack.partsOf(sample);
      const parts = sample === 0 ? first : await openParts(file, pictures, numbers);
      const pixels = [];
      for (const [i, levels] of parts.entries()) {
        requireAlike(levels[0]!, pages[i]!, numbers[i]!);
        const wanted = first[i]![level];
        const page = levels.find(
          (each) => each.width === wanted?.width && each.height === wanted.height,
        );
        if (page === undefined) throw unsupported(`its page ${numbers[i]} has no copy ${level}`);
        pixels.push(await page.read(region, pixelLimit));
      }
      return concatenated(pixels);
    },
  };
}

async function openParts(
  file: TiffFile,
  pictures: readonly Picture[],
  numbers: readonly number[],
): Promise<Parts> {
  const parts = [];
  for (const number of numbers.slice(0, MOST_CHANNELS + 1)) {
    const picture = pictures[number]!;
    parts.push(await openLevels(file, picture, await openPage(file, picture.page)));
  }
  return parts;
}

/** @throws StudioError `image-unsupported` where a page does not have the facts of the first one */
function requireAlike(page: PageReader, first: PageReader, number: number): void {
  const same = (
    ['width', 'height', 'channels', 'colours', 'type', 'bits', 'noData'] as const
  ).every((fact) => page[fact] === first[fact]);
  if (same) return;
  const text = ({ width, height, channels, type }: PageReader) =>
    `${width} x ${height} with ${channels === 1 ? 'one channel' : `${channels} channels`} of ${type}`;
  throw unsupported(`page ${number} of it is ${text(page)}, and the first one ${text(first)}`);
}
