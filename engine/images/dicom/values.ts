/** Values of elements: text, decimal numbers, and binary numbers of 16 bits. */
import { damagedBy } from '../errors.ts';
import type { DataSet, Element } from './data-set.ts';

/** The first of the values that are divided by backslashes, without padding. */
export function textOf({ elements }: DataSet, tag: number): string | undefined {
  const [text = ''] = elements.get(tag)?.bytes.toString('latin1').split('\\') ?? [];
  return text.replace(/[\0 ]+$/, '').trim() || undefined;
}

/** The first decimal number of a text. @throws StudioError `image-damaged` */
export function decimalOf(set: DataSet, tag: number): number | undefined {
  const text = textOf(set, tag);
  if (text === undefined) return undefined;
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
