/**
 * The data.yaml of a YOLO set: names of the classes, and where the images of each split lie.
 *
 * @source https://docs.ultralytics.com/datasets/detect/
 */
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { SPLITS, type Split } from '../../../contract/splits.ts';
import { className } from '../../annotations/class-names.ts';
import type { DenseClass } from '../dense-types.ts';
import { labelsInvalid } from './labels-error.ts';
import { readSmallText } from './small-file.ts';

export interface YoloConfig {
  readonly classes: readonly DenseClass[];
  /** folders and lists, as they are written */
  readonly places: readonly { readonly split: Split; readonly at: string }[];
  /** base of the places, as it is written */
  readonly base: string;
  /** whether rows have key points after the box */
  readonly hasKeyPoints: boolean;
}

/** Ids of classes; larger ones are a fault. */
const MOST_ID = 1_000_000;
const MOST_CHARACTERS = 2 ** 20;

/** @throws StudioError `labels-invalid` naming the line */
export async function readYoloConfig(file: string): Promise<YoloConfig> {
  const text = await readSmallText(file);
  if (text.length > MOST_CHARACTERS) throw labelsInvalid(file, 'is longer than 1 MiB', { line: 1 });
  const content = parse(file, text);
  const names = content.get('names');
  const classes = classesOf(file, names);
  const base = content.get('path');
  return {
    classes,
    base: typeof base === 'string' ? base : '',
    places: SPLITS.flatMap((split) =>
      [content.get(split) ?? (split === 'val' ? content.get('valid') : undefined)]
        .flat()
        .filter((at): at is string => typeof at === 'string' && at !== '')
        .map((at) => ({ split, at })),
    ),
    hasKeyPoints: content.has('kpt_shape'),
  };
}

/** Whether a YAML file is such a configuration; other files may be anything. */
export async function isYoloConfig(file: string): Promise<boolean> {
  try {
    return (await readYoloConfig(file)).classes.length > 0;
  } catch {
    return false;
  }
}

/**
 * Maps are read as such, so that no key is one of an object, and few aliases are followed, since
 * they can be built to fill the memory.
 */
function parse(file: string, text: string): ReadonlyMap<unknown, unknown> {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, schema: 'core', merge: false });
    const [error] = document.errors;
    if (error !== undefined) {
      const { line } = lines.linePos(error.pos[0]);
      throw labelsInvalid(file, 'is not YAML', { line }, error);
    }
    const content: unknown = document.toJS({ mapAsMap: true, maxAliasCount: 100 });
    if (content instanceof Map) return content;
  } catch (error) {
    if (error instanceof Error && !(error instanceof RangeError || error instanceof ReferenceError))
      throw error;
    throw labelsInvalid(file, 'is nested too deep or repeats too much', { line: 1 }, error);
  }
  throw labelsInvalid(file, 'has no names of classes', { line: 1 });
}

function classesOf(file: string, names: unknown): DenseClass[] {
  const entries: [unknown, unknown][] = Array.isArray(names)
    ? names.map((name, id) => [id, name])
    : names instanceof Map
      ? [...names]
      : [];
  if (entries.length === 0)
    throw labelsInvalid(file, 'has no names of classes', { record: 'names' });
  return entries
    .map(([key, name]): DenseClass => {
      const id = typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : key;
      const isName =
        typeof name === 'string' || typeof name === 'number' || typeof name === 'boolean';
      if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > MOST_ID || !isName)
        throw labelsInvalid(file, 'has names that are no texts or no numbers', { record: 'names' });
      return { id, name: className(String(name)) || String(id) };
    })
    .sort((a, b) => a.id - b.id);
}

/**
 * Folders that a place may be, relative to the folder of the configuration: as written, then
 * without what leads out of it, since programs write paths from other folders or machines.
 */
export function foldersOf(base: string, at: string): string[] {
  const parts = path.posix
    .join(base.replaceAll('\\', '/'), at.replaceAll('\\', '/'))
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..' && !/^[a-z]:$/i.test(part));
  const own = path.posix.normalize(at.replaceAll('\\', '/')).replace(/\/$/, '');
  const written = own.startsWith('../') || own.startsWith('/') ? [] : [own === '.' ? '' : own];
  return [...written, ...parts.map((_, i) => parts.slice(i).join('/'))];
}
