/** The classes of a set of masks and the values that are none. */
import { StudioError } from '../../../contract/errors.ts';
import { className } from '../../annotations/class-names.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import type { DenseClass, MaskValues } from '../dense-types.ts';
import { unknownClasses } from '../unknown-classes.ts';
import type { MaskLayout } from './mask-layouts.ts';
import { maskValueOf } from './mask-values.ts';

export interface MaskSettings {
  /** values that are neither learnt nor judged; by default 255 */
  readonly ignore?: readonly number[] | undefined;
  /** whether the value 0 is the background or nothing; by default as the layout has it */
  readonly zero?: 'background' | 'nothing' | undefined;
  /** whether images without masks are kept, as background alone */
  readonly negatives?: boolean | undefined;
  /** names of the training set's classes, whose numbers this set is to have */
  readonly classes?: readonly string[] | undefined;
}

const DEFAULT_IGNORE = 255;
/** Of masks whose classes nobody lists, more values are no classes but pictures or objects. */
const MOST_VALUES = 1024;

/** Value of a class of the training set that these masks do not have. */
const ABSENT = -1;

/** What values of masks mean. */
export interface Meaning {
  readonly classes: readonly DenseClass[];
  readonly values: MaskValues;
}

/** The classes, as they are listed or as they occur, and the values that are none. */
export function meaningOf(
  layout: MaskLayout,
  { ignore, zero = layout.zero }: MaskSettings,
  counts: readonly ReadonlyMap<number, number>[],
  isColour: boolean,
  first: string,
  log: ProblemLog,
): Meaning {
  const nothing = layout.nothing.filter(({ colour }) => colour !== undefined || !isColour);
  const noClass = nothing.map((one) => maskValueOf(one, isColour));
  const zeroIgnored = zero === 'nothing' ? [0] : [];
  if (isColour) {
    const classes = layout.classes!.filter(({ colour }) => colour !== undefined);
    const values = classes.map((one) => maskValueOf(one, true));
    return { classes, values: { isColour, classes: values, ignored: noClass } };
  }
  const occurring = new Set(counts.flatMap((one) => [...one.keys()]));
  const isBinary = occurring.size === 2 && occurring.has(0) && occurring.has(DEFAULT_IGNORE);
  const takesMost = isBinary && ignore === undefined && layout.classes === undefined;
  if (takesMost) log.report('masks-binary', 'give --ignore 255 if 255 is to be ignored');
  const ignored = [
    ...new Set([
      ...layout.ignored,
      ...(takesMost ? [] : (ignore ?? [DEFAULT_IGNORE])),
      ...zeroIgnored,
      ...noClass,
    ]),
  ];
  const listed = layout.classes ?? foundClasses(occurring, ignored, zero, takesMost, first);
  const classes = listed.filter(({ id }) => !ignored.includes(id));
  return { classes, values: { isColour, classes: classes.map(({ id }) => id), ignored } };
}

/**
 * The meaning with the classes of the training set. Listed classes that it does not have are ignored
 * where no pixel has them.
 *
 * @throws StudioError `unknown-classes`
 */
export function numberedAs(
  wanted: readonly string[],
  { classes, values }: Meaning,
  counts: readonly ReadonlyMap<number, number>[],
): Meaning {
  const known = new Set(wanted.map(className));
  const occurs = (value: number) => counts.some((one) => one.has(value));
  const strange = classes.flatMap(({ name }, i) =>
    !known.has(className(name)) && occurs(values.classes[i]!) ? [name] : [],
  );
  if (strange.length > 0) throw unknownClasses(strange, wanted);
  const at = new Map(classes.map(({ name }, i) => [className(name), i]));
  const positions = wanted.map((name) => at.get(className(name)));
  return {
    classes: wanted.map((name, i) => ({
      ...(positions[i] === undefined ? { id: i } : classes[positions[i]]!),
      name,
    })),
    values: {
      ...values,
      classes: positions.map((i) => (i === undefined ? ABSENT : values.classes[i]!)),
    },
  };
}

/** @throws StudioError `labels-invalid` where the values are too many to be classes */
function foundClasses(
  occurring: ReadonlySet<number>,
  ignored: readonly number[],
  zero: 'background' | 'nothing',
  isBinary: boolean,
  path: string,
): DenseClass[] {
  const ids = [...occurring].filter((id) => !ignored.includes(id)).sort((a, b) => a - b);
  if (ids.length > MOST_VALUES)
    throw new StudioError(
      'labels-invalid',
      `The masks have ${ids.length} different values, which are too many to be classes`,
      {
        advice: 'Name the classes with --classes, or check whether these are masks of objects.',
        details: { path },
      },
    );
  const nameOf = (id: number) => {
    if (id === 0 && zero === 'background') return 'background';
    return isBinary && id === DEFAULT_IGNORE ? 'foreground' : String(id);
  };
  return ids.map((id) => ({ id, name: nameOf(id) }));
}
