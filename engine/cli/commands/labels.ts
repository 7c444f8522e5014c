import path from 'node:path';
import { DENSE_FORMATS, DENSE_LABELS, denseLabelsOf } from '../../contract/dense-labels.ts';
import { optionRules, readFields } from '../../contract/jobs/fields.ts';
import { inOneLine } from '../../contract/shorten.ts';
import type { Leak } from '../../data/labelled/leaks.ts';
import type { DenseSet } from '../../data/targets/dense-types.ts';
import { leakProblems } from '../../data/targets/leak-problems.ts';
import type { Command } from '../command.ts';
import { countOf, countText } from '../format.ts';
import type { Output } from '../output.ts';
import { CountProgress } from '../progress.ts';

const ITEMS_SHOWN = 3;
const CLASSES_SHOWN = 30;
const PICTURES = 32;

/** Images of each split, and of none. */
function splitsOf({ images }: DenseSet): Record<string, number> {
  const splits: Record<string, number> = {};
  for (const { split = 'none' } of images) splits[split] = (splits[split] ?? 0) + 1;
  return splits;
}

function show(out: Output, set: DenseSet, leaks: readonly Leak[]): void {
  const { format, classes, images, counts, imagesOf, values, problems } = set;
  const objects = counts.reduce((sum, count) => sum + count, 0);
  const what = values === undefined ? countOf(objects, 'object') : 'a mask each';
  out.result(
    `${countOf(images.length, 'image')} with ${what}, ${countOf(classes.length, 'class', 'classes')}, format ${format}`,
  );
  for (const [i, { name }] of classes.slice(0, CLASSES_SHOWN).entries()) {
    const amount =
      values === undefined
        ? countOf(counts[i]!, 'object')
        : `${((100 * counts[i]!) / Math.max(objects, 1)).toFixed(1)} % of the pixels`;
    out.result(`  ${inOneLine(name)}: ${amount} in ${countOf(imagesOf[i]!, 'image')}`);
  }
  if (classes.length > CLASSES_SHOWN)
    out.result(`  … and ${classes.length - CLASSES_SHOWN} more (all with --json)`);
  const splits = Object.entries(splitsOf(set)).filter(([split]) => split !== 'none');
  if (splits.length > 0)
    out.result(
      `Splits: ${splits.map(([split, count]) => `${split} ${countText(count)}`).join(', ')}`,
    );
  for (const { message, items, count } of [...problems, ...leakProblems(leaks)]) {
    out.result(`\n${message}`);
    for (const item of items.slice(0, ITEMS_SHOWN)) out.result(`  ${inOneLine(item)}`);
    if (count > ITEMS_SHOWN)
      out.result(`  … and ${countText(count - ITEMS_SHOWN)} more (with --json)`);
  }
  out.result(`\nFingerprint ${set.fingerprint}`);
}

export const command: Command = {
  name: 'labels',
  details: `Formats: ${DENSE_FORMATS.join(', ')}.`,
  positionals: ['PATH'],
  options: {
    ...optionRules(DENSE_LABELS),
    overlays: { value: 'DIR', help: 'Write pictures of images with their labels into it.' },
    count: { value: 'N', help: 'Pictures with --overlays (default 32).' },
  },
  examples: [
    'conmim labels data/coco --format coco',
    'conmim labels photos --masks masks --classes class_dict.csv',
  ],
  async run({ args, out, host, parts }) {
    const whole = (given: string) => path.resolve(host.cwd, given);
    const labels = readFields(DENSE_LABELS, args);
    const progress = new CountProgress(out, host.now);
    const set = await parts
      .readDenseSet(whole(args.positionals[0]!), {
        ...denseLabelsOf(labels, whole),
        onProgress: ({ done, total }) =>
          progress.show(`Reading: ${countText(done)} of ${countOf(total, 'image')}`),
      })
      .finally(() => progress.finish());
    const { source, format, classes, images, problems, fingerprint } = set;
    const leaks = await parts.splitLeaks(set);
    out.record({
      type: 'labels',
      source,
      format,
      images: images.length,
      classes: classes.map((one, i) => ({
        ...one,
        count: set.counts[i]!,
        images: set.imagesOf[i]!,
      })),
      splits: splitsOf(set),
      problems,
      leaks,
      fingerprint,
    });
    show(out, set, leaks);
    const overlays = args.text('overlays');
    if (overlays === undefined) return;
    const folder = whole(overlays);
    const pictures = await parts.writeOverlays(set, folder, args.integer('count') ?? PICTURES);
    out.record({ type: 'overlays', folder, pictures });
    out.result(`${countOf(pictures.length, 'picture')} with labels in ${folder}`);
  },
};
