/** Names of the splits of a data set in folders and fields. */
import type { Split } from './labelled-types.ts';

const SPLIT_NAMES: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  validate: 'val',
  dev: 'val',
  eval: 'val',
  evaluation: 'val',
  test: 'test',
  testing: 'test',
  holdout: 'test',
};

/** Suffixes after the word: `train_set`, `val-images`, `test2017`. */
const BEHIND = /(set|data|dataset|images|imgs|split|\d{4})$/;

/** The split that a folder or a field names, in any case; undefined for any other word. */
export function splitNamed(name: string): Split | undefined {
  const word = name.toLowerCase().replaceAll(/[\s_.-]/g, '');
  const plain = Object.hasOwn(SPLIT_NAMES, word) ? word : word.replace(BEHIND, '');
  return Object.hasOwn(SPLIT_NAMES, plain) ? SPLIT_NAMES[plain] : undefined;
}
