/** Smaller copies of a page that can stand for it: whole slides and satellite scenes have them. */
import { isStudioError } from '../../contract/errors.ts';
import { unsupported } from '../errors.ts';
import { type Directory, readNumbersOf, type TiffFile } from './directory.ts';
import { openPage, type PageReader } from './page-reader.ts';
import type { Picture } from './pictures.ts';
import { TAG } from './tags.ts';

/** Share by which the proportions of a copy may differ, since its sides are whole pixels. */
const PROPORTION = 0.02;

/**
 * @returns the page itself, then copies of the same channels and numbers, the larger ones first
 * @throws StudioError `image-unsupported` where the page is a preview of what stands below it
 */
export async function openLevels(
  file: TiffFile,
  { copies }: Picture,
  page: PageReader,
): Promise<readonly PageReader[]> {
  const levels: PageReader[] = [];
  for (const copy of copies) {
    const [width = 0] = await readNumbersOf(file, copy, TAG.width);
    if (width > Math.max(page.width, page.height))
      throw unsupported('its first page is a preview of another page');
    const level = await openReadable(file, copy);
    if (level !== undefined && isCopyOf(level, page)) levels.push(level);
  }
  return [page, ...levels.sort((a, b) => b.width - a.width)];
}

/** Copies that cannot be read are no levels; the page has all pixels. */
async function openReadable(file: TiffFile, directory: Directory): Promise<PageReader | undefined> {
  try {
    return await openPage(file, directory);
  } catch (error) {
    if (isStudioError(error)) return undefined;
    throw error;
  }
}

function isCopyOf(copy: PageReader, page: PageReader): boolean {
  const isOfKind =
    copy.channels === page.channels && copy.type === page.type && copy.bits === page.bits;
  if (!isOfKind || copy.width >= page.width || copy.height >= page.height) return false;
  const height = (page.height * copy.width) / page.width;
  return Math.abs(height - copy.height) <= Math.max(1, PROPORTION * height);
}
