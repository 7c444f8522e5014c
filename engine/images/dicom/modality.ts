/**
 * From stored numbers to those of the modality, such as Hounsfield units.
 *
 * @source DICOM PS3.3, C.11.1
 */
import { damagedBy } from '../errors.ts';
import { type Line, onLine, rangeOnLine, valuesOnLine } from '../line.ts';
import type { StoredValues, ValueRange } from '../stored-image.ts';
import { type Table, tableOf } from './colours.ts';
import type { DataSet } from './data-set.ts';
import type { Layout } from './layout.ts';
import { TAG } from './tags.ts';
import { decimalOf } from './values.ts';

export type Modality =
  | { readonly kind: 'as stored' }
  | ({ readonly kind: 'line' } & Line)
  | { readonly kind: 'table'; readonly table: Table };

const AS_STORED: Modality = { kind: 'as stored' };

/** @returns one for each frame, or one for all @throws StudioError `image-damaged` */
export function modalitiesOf(set: DataSet, { frames, isSigned }: Layout): readonly Modality[] {
  const [tables] = set.sequences.get(TAG.modalityTables) ?? [];
  if (tables !== undefined) {
    const table = tableOf(tables, TAG.tableDescriptor, TAG.tableData, isSigned);
    return [{ kind: 'table', table }];
  }
  return ofFrames(set, frames, TAG.frameRescale, lineOf) ?? [AS_STORED];
}

/**
 * A property that stands in the data set, in groups that all frames share, or in groups of frames.
 *
 * @returns one for all frames or one for each; undefined where it is not stated
 */
export function ofFrames<T>(
  set: DataSet,
  frames: number,
  group: number,
  read: (set: DataSet) => T | undefined,
): readonly T[] | undefined {
  const [shared] = set.sequences.get(TAG.sharedGroups) ?? [];
  const common = readGroup(shared, group, read) ?? read(set);
  const each = (set.sequences.get(TAG.frameGroups) ?? []).map((item) =>
    readGroup(item, group, read),
  );
  if (each.every((one) => one === undefined)) return common === undefined ? undefined : [common];
  const known = each.filter((one) => one !== undefined);
  if (known.length !== frames)
    throw damagedBy('its frames and their descriptions differ in number');
  return known;
}

function readGroup<T>(
  item: DataSet | undefined,
  group: number,
  read: (set: DataSet) => T | undefined,
): T | undefined {
  const [inner] = item?.sequences.get(group) ?? [];
  return inner && read(inner);
}

function lineOf(set: DataSet): Modality | undefined {
  const slope = decimalOf(set, TAG.slope);
  const intercept = decimalOf(set, TAG.intercept);
  if (slope === undefined && intercept === undefined) return undefined;
  const line = { slope: slope ?? 1, intercept: intercept ?? 0 };
  if (line.slope === 0) throw damagedBy('its rescale slope is 0');
  return line.slope === 1 && line.intercept === 0 ? AS_STORED : { kind: 'line', ...line };
}

/** One value; exact in float64 for whole numbers. */
export function modalityValue(value: number, modality: Modality): number {
  if (modality.kind === 'as stored') return value;
  if (modality.kind === 'line') return onLine(value, modality);
  const { first, entries } = modality.table;
  return entries[Math.min(entries.length - 1, Math.max(0, value - first))]!;
}

/** @param range of the stored numbers */
export function rangeAfter(range: ValueRange, modality: Modality): ValueRange {
  if (modality.kind === 'as stored') return range;
  return modality.kind === 'line'
    ? rangeOnLine(range, modality)
    : [0, 2 ** modality.table.bits - 1];
}

/** @param range of the results; undefined for floating point numbers */
export function applyModality(
  values: StoredValues,
  modality: Modality,
  range: ValueRange | undefined,
): StoredValues {
  if (modality.kind === 'as stored') return values;
  if (modality.kind === 'line') return valuesOnLine(values, modality, range);
  const results = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) results[i] = modalityValue(values[i]!, modality);
  return results;
}
