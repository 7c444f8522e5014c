/**
 * Which mask belongs to which image. Both have the same path once what tells images from masks is
 * removed: names of folders such as `images` and `masks`, and ends such as `_mask`.
 */
import { getOrMake } from '../../contract/maps.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { ProblemLog } from './dense-problems.ts';
import { splitOf, stemOf } from './image-finder.ts';
import type { Split } from './labelled-types.ts';

export interface MaskPair {
  readonly image: FoundFile;
  readonly mask: FoundFile | undefined;
  readonly split: Split | undefined;
}

/** Whether a file is an image or a mask, and the name that both share. */
export interface PairKey {
  readonly key: string;
  readonly isMask: boolean;
}

const IMAGE_FOLDER =
  /^(images?|imgs?|jpegimages|leftimg8bit|inputs?|photos?|rgb|701_stillsraw_full)$/i;
const MASK_FOLDER =
  /^(masks?|labels?|annotations?|annots?|segmentationclass(raw|aug)?|segmentations?|ground_?truths?|gts?|targets?|gtfine|gtcoarse|labeledapproved_full)$/i;
/** Ends of the names of folders, as in `train_labels`. */
const MASK_END = /[ _-]?(masks?|labels?|annot(ation)?s?|gt|segmentations?)$/i;
const IMAGE_END = /[ _-](images?|imgs?)$/i;
/** Ends of the names of files, as in `0001_mask.png`. */
const MASK_STEM =
  /[ _-](masks?|labels?|labelids|seg|segmentation|gt|l|annotation|matte|groundtruth)$/i;

/** @param relative path below the folder of the set */
export function pairKeyOf(relative: string): PairKey {
  const folders = relative.split('/');
  const stem = stemOf(folders.pop()!);
  let isMask = false;
  const kept = folders.flatMap((folder) => {
    if (IMAGE_FOLDER.test(folder)) return [];
    if (MASK_FOLDER.test(folder)) {
      isMask = true;
      return [];
    }
    if (MASK_END.test(folder)) isMask = true;
    return [folder.replace(isMask ? MASK_END : IMAGE_END, '')];
  });
  const ends = MASK_STEM.test(stem);
  return {
    key: [...kept, ends ? stem.replace(MASK_STEM, '') : stem].join('/'),
    isMask: isMask || ends,
  };
}

/**
 * @param imageFiles and `maskFiles` with their keys
 * @returns pairs, and images without a mask, by relative path
 */
export function pairFiles(
  imageFiles: readonly (readonly [key: string, file: FoundFile])[],
  maskFiles: readonly (readonly [key: string, file: FoundFile])[],
  log: ProblemLog,
): MaskPair[] {
  const masks = byKey(maskFiles);
  const images = byKey(imageFiles);
  for (const files of [...images.values(), ...masks.values()])
    if (files.length > 1)
      log.report('duplicate-file-name', files.map((file) => file.path).join(' = '));
  for (const [key, [file]] of masks)
    if (!images.has(key)) log.report('labels-without-image', file!.path);
  return [...images].flatMap(([key, files]) => {
    const found = masks.get(key) ?? [];
    if (files.length > 1 || found.length > 1) return [];
    const [image] = files as [FoundFile];
    return [{ image, mask: found[0], split: splitOf(image.relative) }];
  });
}

function byKey(files: readonly (readonly [string, FoundFile])[]): Map<string, FoundFile[]> {
  const groups = new Map<string, FoundFile[]>();
  for (const [key, file] of files) getOrMake(groups, key.normalize('NFC'), () => []).push(file);
  return groups;
}

/**
 * Pairs of two given folders: the same path below both; ends such as `_mask` are removed where the
 * name as it is has no image.
 */
export function keysOfFolders(
  images: readonly FoundFile[],
  masks: readonly FoundFile[],
): readonly (readonly [string, FoundFile])[][] {
  const plain = ({ relative }: FoundFile) => stemOf(relative);
  const known = new Set(images.map(plain));
  const keyOf = (file: FoundFile) => {
    const own = plain(file);
    return known.has(own) ? own : own.replace(MASK_STEM, '');
  };
  return [
    images.map((file) => [plain(file), file] as const),
    masks.map((file) => [keyOf(file), file] as const),
  ];
}
