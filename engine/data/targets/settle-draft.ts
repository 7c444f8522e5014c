/** Images of a draft with their objects as they are learnt from. */

import { className } from '../annotations/class-names.ts';
import type { ProblemLog } from '../annotations/dense-problems.ts';
import { splitOf } from '../annotations/image-finder.ts';
import type { FileFacts } from '../scan/file-facts.ts';
import { sampleOf } from '../scan/sample-of.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { DenseClass, DenseImage } from './dense-types.ts';
import { type Draft, type DraftImage, objectPlace } from './draft.ts';
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
 * @param factsOf of an image by its path; undefined where it cannot be used
 * @throws StudioError `unknown-classes`
 */
export function settleDraft(
  draft: Draft,
  others: readonly FoundFile[],
  factsOf: (path: string) => FileFacts | undefined,
  { classes: wanted, negatives }: SettleOptions,
  log: ProblemLog,
): { images: DenseImage[]; classes: readonly DenseClass[] } {
  const classes = wanted === undefined ? draft.classes : numberedAs(wanted, draft.classes);
  const labelOf = labelsBy(classes, draft.classes);
  const seen = new Set<string>();
  const images: DenseImage[] = [];
  for (const image of draft.images) {
    const { file, labelled } = image;
    const facts = factsOf(file.path);
    if (seen.has(file.path)) log.report('file-listed-twice', labelled ?? file.path);
    if (facts === undefined || image.isBroken || seen.has(file.path)) continue;
    seen.add(file.path);
    if (labelled === undefined) addUnlabelled(file, facts, image.split);
    else {
      const settled = settleImage(draft, image, facts, labelOf, log);
      if (settled !== undefined) images.push(settled);
    }
  }
  for (const file of others) {
    const facts = factsOf(file.path);
    if (facts !== undefined) addUnlabelled(file, facts, splitOf(file.relative));
  }
  return { images, classes };

  function addUnlabelled(file: FoundFile, facts: FileFacts, split: DenseImage['split']): void {
    const isKept = negatives === true;
    log.report(isKept ? 'image-kept-as-negative' : 'image-without-labels', file.path);
    if (isKept)
      images.push({ ...sampleOf(file.path, facts), ...(split && { split }), objects: [] });
  }
}

function settleImage(
  { relative, recordName }: Draft,
  image: DraftImage,
  facts: FileFacts,
  labelOf: LabelOf,
  log: ProblemLog,
): DenseImage | undefined {
  const { file, labelled, split = splitOf(file.relative), stated } = image;
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
  const objects = settleObjects(
    image.objects,
    { shown: { width, height }, orientation, isStored: frame === 'stored', relative },
    labelOf,
    (record) => objectPlace(image, recordName, record),
    log,
  );
  return {
    ...sampleOf(file.path, facts),
    ...(split && { split }),
    objects,
    ...(labelled === undefined ? {} : { labelled }),
  };
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
