/** The pictures of a file: its pages, each with the smaller copies that belong to it. */
import { damagedBy, unsupported } from '../errors.ts';
import { type Directory, readDirectory, readNumbersOf, type TiffFile } from './directory.ts';
import { TAG } from './tags.ts';

export interface Picture {
  readonly page: Directory;
  /** smaller copies, in the order of the file */
  readonly copies: readonly Directory[];
}

const MOST_PAGES = 65_536;
const MOST_COPIES = 64;
/** Bits of tag 254. */
const [REDUCED, MASK] = [1, 4];

/** @throws StudioError `image-damaged`, `image-unsupported` */
export async function readPictures(file: TiffFile): Promise<readonly Picture[]> {
  const pictures: { page: Directory; copies: Directory[] }[] = [];
  for (const directory of await readChain(file)) {
    const kind = await kindOf(file, directory);
    if (kind & MASK) continue;
    if (kind & REDUCED) pictures.at(-1)?.copies.push(directory);
    else pictures.push({ page: directory, copies: await readSubDirectories(file, directory) });
  }
  if (pictures.length === 0) throw unsupported('its first page is a preview of another page');
  return pictures;
}

/**
 * Whole slides of Aperio have their smaller copies as pages without a mark. What is stored in strips
 * is a thumbnail, a label or a photograph of the slide.
 *
 * @param description of the first page
 * @source Aperio, Digital Slides and Third-Party Data Interchange
 */
export function asWholeSlide(
  pictures: readonly Picture[],
  description: string | undefined,
): readonly Picture[] {
  const [slide, ...others] = pictures;
  if (slide === undefined || description?.startsWith('Aperio') !== true) return pictures;
  const isTiled = ({ page }: Picture) => page.fields.has(TAG.tileWidth);
  const copies = others.filter(isTiled).flatMap(({ page, copies }) => [page, ...copies]);
  return [{ page: slide.page, copies: [...slide.copies, ...copies] }];
}

async function kindOf(file: TiffFile, directory: Directory): Promise<number> {
  return (await readNumbersOf(file, directory, TAG.subfileType))[0] ?? 0;
}

async function readChain(file: TiffFile): Promise<Directory[]> {
  const directories: Directory[] = [];
  const seen = new Set<number>();
  for (let at = file.header.first; at !== 0; at = directories.at(-1)!.next) {
    if (seen.has(at)) throw damagedBy('its list of pages has no end');
    if (seen.size === MOST_PAGES) throw unsupported(`it has more than ${MOST_PAGES} pages`);
    seen.add(at);
    directories.push(await readDirectory(file, at));
  }
  if (directories.length === 0) throw damagedBy('it has no picture');
  return directories;
}

/** Sub-directories that are smaller copies; others are rejected by who needs them. */
async function readSubDirectories(file: TiffFile, directory: Directory): Promise<Directory[]> {
  const copies: Directory[] = [];
  for (const at of await readNumbersOf(file, directory, TAG.subDirectories, MOST_COPIES)) {
    if (at === 0) continue;
    const copy = await readDirectory(file, at);
    if (((await kindOf(file, copy)) & MASK) === 0) copies.push(copy);
  }
  return copies;
}
