/** The files below the folder of a source: images, and files that may hold labels. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { DISK, type FoundFile, walkFolder } from '../sources/walk.ts';
import { ImageFinder } from './image-finder.ts';

const LABEL_FILES = /\.(json|xml|txt|csv|tsv|ya?ml|names)$/i;
/** Folders of labels beside folders of images. */
const LABEL_FOLDER = /^(annotations?|labels?|jsons?|xmls?)$/i;

export interface SourceFiles {
  /** absolute, as given */
  readonly source: string;
  /** absolute folder of images and labels */
  readonly root: string;
  /** the source where it is a file */
  readonly file: FoundFile | undefined;
  /** named like images, by relative path */
  readonly images: readonly FoundFile[];
  /** those that are no masks beside objects, as Pascal VOC has them */
  readonly photos: readonly FoundFile[];
  /** files that may hold labels, by relative path */
  readonly labels: readonly FoundFile[];
  readonly finder: ImageFinder;
}

/**
 * @param source folder, or file of labels; of a file, its folder is read, or the folder above one
 *   that is named like `annotations`
 * @param images folder of the images where they lie elsewhere
 * @throws StudioError `labels-missing`, `folder-missing`; AbortError when `signal` fires
 */
export async function listSource(
  source: string,
  images: string | undefined,
  signal?: AbortSignal,
): Promise<SourceFiles> {
  const at = path.resolve(source);
  const entry = await stat(at).catch(() => undefined);
  if (entry === undefined)
    throw new StudioError('labels-missing', `There is no folder or file of labels at ${at}`, {
      advice: 'Check the path and that the disk is connected.',
      details: { path: at },
    });
  const root = entry.isDirectory() ? at : rootOf(at);
  const read = new Map<string, string>();
  const walk = await walkFolder(root, read, signal, DISK, LABEL_FILES);
  const imageRoot = images === undefined ? root : path.resolve(images);
  const found =
    imageRoot === root ? walk.files : (await walkFolder(imageRoot, new Map(), signal)).files;
  const named = found.filter((file) => file.named);
  const own = walk.others.find((file) => file.path === at);
  const file = entry.isDirectory()
    ? undefined
    : (own ?? { path: at, relative: path.relative(root, at).replaceAll('\\', '/'), named: true });
  const photos = withoutMasks(named);
  return {
    source: at,
    root,
    file,
    images: named,
    photos,
    labels: file === undefined ? walk.others : [file],
    finder: new ImageFinder(imageRoot, photos),
  };
}

const MASK_FOLDERS =
  /(^|\/)(segmentation(class|object)[^/]*|masks?|gtfine|gtcoarse|annotations?|labels?)\//i;

/** Whether a folder on the way is named like folders of masks. */
export function isInMaskFolder(relative: string): boolean {
  return MASK_FOLDERS.test(relative);
}

/** All images where every one lies in a folder of such a name. */
function withoutMasks(images: readonly FoundFile[]): readonly FoundFile[] {
  const photos = images.filter(({ relative }) => !isInMaskFolder(relative));
  return photos.length > 0 ? photos : images;
}

function rootOf(file: string): string {
  const folder = path.dirname(file);
  return LABEL_FOLDER.test(path.basename(folder)) ? path.dirname(folder) : folder;
}
