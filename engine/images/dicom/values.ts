/** Values of elements: text, decimal numbers, and binary numbers of 16 bits. */
import { damagedBy } from '../errors.ts';
import type { DataSet, Element } from './data-set.ts';

/** The values that are divided by backslashes, without padding. */
function textsOf({ elements }: DataSet, tag: number): string[] {
  const texts = elements.get(tag)?.bytes.toString('latin1').split('\\') ?? [];
  return texts.map((text) => text.replace(/[\0 ]+$/, '').trim());
}

/** The first value. */
export function textOf(set: DataSet, tag: number): string | undefined {
  return textsOf(set, tag)[0] || undefined;
}

/** The first decimal number of a text. @throws StudioError `image-damaged` */
export function decimalOf(set: DataSet, tag: number): number | undefined {
  const text = textOf(set, tag);
  return text === undefined ? undefined : finite(text);
}

/** Decimal numbers, up to a later one that is none. @throws StudioError `image-damaged` */
export function decimalsOf(set: DataSet, tag: number): number[] {
  const first = decimalOf(set, tag);
  if (first === undefined) return [];
  const others = textsOf(set, tag)
    .slice(1)
    .map((text) => (text === '' ? Number.NaN : Number(text)));
  const end = others.findIndex((number) => !Number.isFinite(number));
  return [first, ...(end < 0 ? others : others.slice(0, end))];
}

function finite(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw damagedBy('one of its numbers is not a number');
  return number;
}

/** All values of 16 bits. @param signed of elements of type US, SS or either */
export function wordsOf(element: Element | undefined, signed = false): readonly number[] {
  if (element === undefined) return [];
  const { bytes, littleEndian } = element;
  const words: number[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2) {
    const word = littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
    words.push(signed && word > 0x7fff ? word - 0x10000 : word);
  }
  return words;
}

export function wordOf({ elements }: DataSet, tag: number): number | undefined {
  return wordsOf(elements.get(tag))[0];
}

/** @throws StudioError `image-damaged` naming what is missing */
export function requiredWord(set: DataSet, tag: number, what: string): number {
  const word = wordOf(set, tag);
  if (word === undefined) throw damagedBy(`it does not state its ${what}`);
  return word;
}
