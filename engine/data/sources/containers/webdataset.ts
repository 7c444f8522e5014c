/**
 * WebDataset naming: the files of one sample have a name in common up to its first dot. The class
 * of an image stands in its `.cls` file, or in its `.json` file as `cls` or `label`.
 *
 * @source https://github.com/webdataset/webdataset
 */
import path from 'node:path';
import { parseJson } from '../../../contract/parse-json.ts';
import { isImageName } from '../formats.ts';
import { readEntry } from './open-entry.ts';

const LABEL_ENDINGS = new Set(['cls', 'json', 'txt']);

/** What the files of one sample have in common. */
export function keyOf(name: string): string {
  const base = path.posix.basename(name);
  return name.slice(0, name.length - base.length) + base.split('.', 1)[0]!;
}

/** Whether an entry belongs to an image. @param keys of all images */
export function isLabelName(name: string, keys: ReadonlySet<string>): boolean {
  return LABEL_ENDINGS.has(endingOf(name)) && keys.has(keyOf(name));
}

/**
 * Classes as text by the names of images; empty where the container states none.
 *
 * @throws StudioError `file-unread`; AbortError when `signal` fires
 */
export async function webdatasetLabels(
  container: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const images = new Map<string, string[]>();
  for (const name of names)
    if (isImageName(name)) {
      const key = keyOf(name);
      const others = images.get(key);
      if (others === undefined) images.set(key, [name]);
      else others.push(name);
    }
  const endings = new Set(names.map(endingOf));
  const ending = endings.has('cls') ? 'cls' : 'json';
  const labels = new Map<string, string>();
  if (!endings.has(ending)) return labels;
  for (const name of names) {
    const labelled = endingOf(name) === ending ? images.get(keyOf(name)) : undefined;
    if (labelled === undefined) continue;
    signal?.throwIfAborted();
    const text = (await readEntry(container, name)).toString('utf8').trim();
    const label = ending === 'cls' ? text : statedIn(text);
    if (label !== undefined && label !== '') for (const image of labelled) labels.set(image, label);
  }
  return labels;
}

function statedIn(text: string): string | undefined {
  const record = parseJson(text) as Record<string, unknown> | null | undefined;
  const label = record?.cls ?? record?.label;
  return typeof label === 'string' || typeof label === 'number' ? String(label) : undefined;
}

/** After the first dot of the name, in lower case. */
function endingOf(name: string): string {
  const base = path.posix.basename(name);
  const dot = base.indexOf('.');
  return dot < 0 ? '' : base.slice(dot + 1).toLowerCase();
}
