/** The lists of Pascal VOC that say which image belongs to which split. */
import { isStudioError } from '../../../contract/errors.ts';
import { linesOf } from '../../../formats/text-lines.ts';
import type { Split } from '../../annotations/labelled-types.ts';
import type { SourceFiles } from '../../annotations/source-files.ts';
import { readSmallText } from './small-file.ts';

/** @param kind `Main` for boxes, `Segmentation` for masks @returns stem of an image → split */
export async function readVocSplits(
  { labels }: Pick<SourceFiles, 'labels'>,
  kind: 'Main' | 'Segmentation',
): Promise<ReadonlyMap<string, Split>> {
  const splits = new Map<string, Split>();
  for (const split of ['train', 'val', 'test'] as const) {
    const end = `ImageSets/${kind}/${split}.txt`;
    for (const list of labels.filter(({ relative }) => `/${relative}`.endsWith(`/${end}`))) {
      const text = await readSmallText(list.path).catch((error: unknown) => {
        if (isStudioError(error, 'labels-invalid')) return '';
        throw error;
      });
      for (const line of linesOf(text)) {
        const stem = line.trim().split(/\s+/)[0]!;
        if (stem !== '') splits.set(stem.normalize('NFC'), split);
      }
    }
  }
  return splits;
}
