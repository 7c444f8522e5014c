/** Images, masks and classes of the layouts in which sets with masks are published. */
import path from 'node:path';
import type { MaskFormat } from '../../../contract/dense-labels.ts';
import { fieldsOf } from '../../../formats/table.ts';
import { linesOf } from '../../../formats/text-lines.ts';
import { className } from '../../annotations/class-names.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import { stemOf } from '../../annotations/image-finder.ts';
import { type MaskPair, pairFiles, pairKeyOf } from '../../annotations/mask-pairs.ts';
import type { SourceFiles } from '../../annotations/source-files.ts';
import type { FoundFile } from '../../sources/walk.ts';
import type { DenseClass } from '../dense-types.ts';
import { readSmallText } from '../formats/small-file.ts';
import { readVocSplits } from '../formats/voc-splits.ts';
import { COLOUR_TABLE_NAMES, readColourTable } from './colour-table.ts';
import {
  CAMVID_CLASSES,
  CITYSCAPES_IGNORED,
  cityscapesClasses,
  NOTHING,
  VOC_CLASSES,
} from './known-classes.ts';

export interface MaskLayout {
  readonly pairs: readonly MaskPair[];
  /** undefined where the masks themselves tell which values occur */
  readonly classes: readonly DenseClass[] | undefined;
  /** classes that are nothing to learn, of the same files */
  readonly nothing: readonly DenseClass[];
  /** values that are no class */
  readonly ignored: readonly number[];
  /** whether the value 0 is the background, or nothing */
  readonly zero: 'background' | 'nothing';
}

/** @param table file of classes and colours that was given; else one is looked for */
export async function readMaskLayout(
  format: MaskFormat,
  source: SourceFiles,
  table: string | undefined,
  log: ProblemLog,
): Promise<MaskLayout> {
  if (format === 'cityscapes') return cityscapes(source, log);
  if (format === 'ade20k') return ade20k(source, log);
  const found = source.labels.find(({ relative }) =>
    COLOUR_TABLE_NAMES.test(path.posix.basename(relative)),
  );
  const file = table ?? found?.path;
  const listed = file === undefined ? undefined : await readColourTable(file);
  const known =
    format === 'voc-masks' ? VOC_CLASSES : format === 'camvid' ? CAMVID_CLASSES : undefined;
  const all = listed ?? known;
  const { pairs } = format === 'voc-masks' ? await voc(source, log) : generic(source, log);
  return {
    pairs,
    classes: all?.filter(({ name }) => !NOTHING.test(name)),
    nothing: all?.filter(({ name }) => NOTHING.test(name)) ?? [],
    ignored: [],
    zero: 'background',
  };
}

type Pairs = Pick<MaskLayout, 'pairs'>;

function generic({ images }: SourceFiles, log: ProblemLog): Pairs {
  const keyed = images.map((file) => ({ file, ...pairKeyOf(file.relative) }));
  const of = (wanted: boolean) =>
    keyed.filter(({ isMask }) => isMask === wanted).map(({ key, file }) => [key, file] as const);
  return { pairs: pairFiles(of(false), of(true), log) };
}

async function voc(source: SourceFiles, log: ProblemLog): Promise<Pairs> {
  const splits = await readVocSplits(source, 'Segmentation');
  const inside = (folder: RegExp) =>
    source.images
      .filter(({ relative }) =>
        relative
          .split('/')
          .slice(0, -1)
          .some((name) => folder.test(name)),
      )
      .map((file) => [stemOf(path.posix.basename(file.relative)), file] as const);
  const pairs = pairFiles(inside(/^jpegimages$/i), inside(/^segmentationclass$/i), log);
  const isListed = splits.size > 0;
  return {
    pairs: pairs.flatMap((pair) => {
      const split = splits.get(stemOf(path.posix.basename(pair.image.relative)).normalize('NFC'));
      // Most images of VOC have boxes only; those of the lists have masks.
      if (isListed && split === undefined && pair.mask === undefined) return [];
      return [{ ...pair, split: split ?? pair.split }];
    }),
  };
}

const CITYSCAPES_IMAGE = /^(.+)_leftImg8bit\.[a-z]+$/;
const CITYSCAPES_MASK = /^(.+)_gt(Fine|Coarse)_label(TrainIds|Ids)\.png$/;

function cityscapes({ images }: SourceFiles, log: ProblemLog): MaskLayout {
  const named = (pattern: RegExp) =>
    images.flatMap((file) => {
      const found = pattern.exec(path.posix.basename(file.relative));
      return found === null ? [] : [{ key: found[1]!, kind: `${found[2]} ${found[3]}`, file }];
    });
  const masks = named(CITYSCAPES_MASK);
  // Fine masks before coarse ones, and the numbers for training where they were made.
  const kind = ['Fine TrainIds', 'Fine Ids', 'Coarse TrainIds', 'Coarse Ids'].find((one) =>
    masks.some((mask) => mask.kind === one),
  );
  const keyed = (files: readonly { key: string; file: FoundFile }[]) =>
    files.map(({ key, file }) => [key, file] as const);
  const isTrainIds = kind?.endsWith('TrainIds') === true;
  return {
    pairs: pairFiles(
      keyed(named(CITYSCAPES_IMAGE)),
      keyed(masks.filter((mask) => mask.kind === kind)),
      log,
    ),
    classes: cityscapesClasses(isTrainIds ? 'trainIds' : 'labelIds'),
    nothing: [],
    ignored: isTrainIds ? [255] : CITYSCAPES_IGNORED,
    zero: 'background',
  };
}

const ADE20K_CLASSES = 150;

async function ade20k(source: SourceFiles, log: ProblemLog): Promise<MaskLayout> {
  const list = source.labels.find(({ relative }) => /(^|\/)objectInfo150\.txt$/i.test(relative));
  const names = list === undefined ? [] : await ade20kNames(list.path);
  const classes = Array.from({ length: ADE20K_CLASSES }, (_, i) => ({
    name: names[i] ?? String(i + 1),
    id: i + 1,
  }));
  return { ...generic(source, log), classes, nothing: [], ignored: [0], zero: 'nothing' };
}

/** The first name of each line: `1 <tab> 0.1576 <tab> 11664 <tab> 1172 <tab> wall`. */
async function ade20kNames(file: string): Promise<string[]> {
  const lines = linesOf((await readSmallText(file)).trim()).slice(1);
  return lines.map((line) => {
    const fields = fieldsOf(line, '\t') ?? [];
    return className((fields.at(-1) ?? '').split(',')[0]!);
  });
}
