/** What files without a picture are. @source DICOM PS3.6, annex A */
import type { DataSet } from './data-set.ts';
import { TAG } from './tags.ts';
import { textOf } from './values.ts';

const CLASS = '1.2.840.10008.5.1.4.1.1';

/** By the beginning of the identifier of their class; the longer ones first. */
const KINDS: readonly (readonly [prefix: string, what: string])[] = [
  ['1.2.840.10008.1.3.10', 'a directory of a medium (DICOMDIR)'],
  [`${CLASS}.481.3`, 'an RT structure set'],
  [`${CLASS}.481.4`, 'an RT treatment record'],
  [`${CLASS}.481.5`, 'an RT plan'],
  [`${CLASS}.481`, 'a radiotherapy object'],
  [`${CLASS}.88.59`, 'a selection of key objects'],
  [`${CLASS}.88`, 'a structured report'],
  [`${CLASS}.104`, 'an encapsulated document'],
  [`${CLASS}.11`, 'a presentation state'],
  [`${CLASS}.9`, 'a waveform'],
  [`${CLASS}.4.2`, 'a spectroscopy'],
  [`${CLASS}.66.1`, 'a spatial registration'],
  [`${CLASS}.66.3`, 'a spatial registration'],
  [`${CLASS}.66.5`, 'a surface segmentation'],
  [`${CLASS}.66`, 'raw data or a spatial object'],
];

/** Completes "it is …, which has no picture". */
export function kindOf(set: DataSet): string {
  const identifier = textOf(set, TAG.class) ?? '';
  const [, what] =
    KINDS.find(([prefix]) => identifier === prefix || identifier.startsWith(`${prefix}.`)) ?? [];
  return what ?? 'a DICOM object without pixel data';
}
