/** Images of a draft with their objects as they are learnt from. */

import { className } from '../annotations/class-names.ts';
import type { ProblemLog } from '../annotations/dense-problems.ts';
import { splitOf } from '../annotations/image-finder.ts';
import type { FileFacts } from '../scan/file-facts.ts';
import type { FoundFile } from '../sources/walk.ts';
import { DenseImages } from './dense-images.ts';
import type { DenseClass, DenseImage, DenseObject } from './dense-types.ts';
import { type Draft, type DraftImage, objectPlace } from './draft.ts';
import type { ExaminedImages } from './examined-images.ts';
import { ObjectColumns } from './object-columns.ts';
import { frameOf } from './orientation.ts';
import { type LabelOf, settleObjects } from './settle-objects.ts';
import { unknownClasses } from './unknown-classes.ts';

interface SettleOptions {
  readonly classes?: readonly string[] | undefined;
  /** whether images without labels are kept */
  readonly negatives?: boolean | undefined;
}

/**
 * @param others images that no label names
 * @throws StudioError `unknown-classes`
 */
export function settleDraft(
  draft: Draft,
  others: readonly FoundFile[],
  examined: ExaminedImages,
  { classes: wanted, negatives }: SettleOptions,
  log: ProblemLog,
): { images: DenseImages<'objects'>; classes: readonly DenseClass[] } {
  const classes = wanted === undefined ? draft.classes : numberedAs(wanted, draft.classes);
  const labelOf = labelsBy(classes, draft.classes);
  const isSeen = new Uint8Array(examined.files.length);
  const images = new DenseImages(examined, 'objects', new ObjectColumns());
  for (const image of draft.images) {
    const { file: found, labelled } = image;
    const file = examined.find(found.path);
    const isAgain = file !== undefined && isSeen[file] === 1;
    if (isAgain) log.report('file-listed-twice', labelled ?? found.path);
    if (file === undefined || image.isBroken || isAgain) continue;
    isSeen[file] = 1;
    if (labelled === undefined) addUnlabelled(found, file, image.split);
    else {
      const objects = settleImage(draft, image, examined.facts.withoutHashes(file)!, labelOf, log);
      const { split = splitOf(found.relative) } = image;
      if (objects !== undefined) images.push({ file, split, labelled }, objects);
    }
  }
  for (const found of others) {
    const file = examined.find(found.path);
    if (file !== undefined) addUnlabelled(found, file, splitOf(found.relative));
  }
  return { images, classes };

  function addUnlabelled(found: FoundFile, file: number, split: DenseImage['split']): void {
    const isKept = negatives === true;
    log.report(isKept ? 'image-kept-as-negative' : 'image-without-labels', found.path);
    if (isKept) images.push({ file, split, labelled: undefined }, []);
  }
}

function settleImage(
  { relative, recordName }: Draft,
  image: DraftImage,
  facts: FileFacts,
  labelOf: LabelOf,
  log: ProblemLog,
): readonly DenseObject[] | undefined {
  const { file, labelled, stated } = image;
  const { orientation = 1, width, height } = facts;
  const frame = frameOf(facts, orientation, stated);
  if (frame === 'other') {
    const sizes = `${stated!.width} x ${stated!.height} stated, ${width} x ${height} found`;
    log.report('size-differs', `${file.path} (${labelled}): ${sizes}`);
    return undefined;
  }
  if (frame === 'stored') log.report('labels-turned', file.path);
  if (frame === 'untold') log.report('orientation-untold', file.path);
  if (image.objects.length === 0) log.report('image-without-objects', file.path);
  return settleObjects(
    image.objects,
    { shown: { width, height }, orientation, isStored: frame === 'stored', relative },
    labelOf,
    (record) => objectPlace(image, recordName, record),
    log,
  );
}

/** Numbers by name, and by the id under which the format lists a class. */
function labelsBy(classes: readonly DenseClass[], listed: readonly DenseClass[]): LabelOf {
  const byName = new Map(classes.map(({ name }, i) => [className(name), i]));
  const byId = new Map(listed.map(({ id, name }) => [id, byName.get(className(name))]));
  return (of) => (typeof of === 'string' ? byName.get(className(of)) : byId.get(of));
}

/** The classes of the training set. @throws StudioError `unknown-classes` */
function numberedAs(wanted: readonly string[], listed: readonly DenseClass[]): DenseClass[] {
  const byName = new Map(listed.map((one) => [className(one.name), one]));
  const known = new Set(wanted.map(className));
  const unknown = [...byName.keys()].filter((name) => !known.has(name)).sort();
  if (unknown.length > 0) throw unknownClasses(unknown, wanted);
  return wanted.map((name, i) => ({ ...(byName.get(className(name)) ?? { id: i }), name }));
}
