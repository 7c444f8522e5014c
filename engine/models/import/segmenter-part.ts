/** The part of a file's network that gives each pixel a class. */
import { defined } from '../../contract/defined.ts';
import { SEGMENT } from '../../contract/tasks.ts';
import { blockCount } from '../../formats/beit-names.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { Segmenter } from '../model.ts';
import { classNames } from './class-names.ts';
import type { Hints } from './hint-fields.ts';

/** ConMIM's names. */
const CLASSIFIERS = { linear: 'head.weight', upernet: 'decode_head.classifier.weight' } as const;

/**
 * @param notes gets assumptions
 * @returns undefined where the file has no such head, or nothing tells how it is built
 */
export function segmenterPart(
  given: NamedTensors,
  hints: Hints,
  notes: string[],
): Segmenter | undefined {
  const { segmentation: head, classLabels: labels } = hints;
  if (head === undefined) return undefined;
  const count = given.get(CLASSIFIERS[head.kind])?.shape[0];
  if (count === undefined) return undefined;
  const classes = classNames(count, hints, notes);
  const known = labels?.length === count ? labels : undefined;
  return { task: SEGMENT, ...defined({ labels: known }), classes, head };
}

/**
 * The tensors without a last block of zeros, which only lets transformers name the output of the
 * block before it.
 */
export function withoutEmptyBlock(given: NamedTensors, { head }: Segmenter): NamedTensors {
  const last = blockCount(given) - 1;
  if (head.kind !== 'upernet' || head.depths[3] !== last) return given;
  const own = [...given].filter(([name]) => name.startsWith(`blocks.${last}.`));
  const isEmpty = own.every(([, { data }]) => data.every((value) => Number(value) === 0));
  if (!isEmpty) return given;
  const empty = new Set(own.map(([name]) => name));
  return new Map([...given].filter(([name]) => !empty.has(name)));
}
