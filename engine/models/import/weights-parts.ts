/** Weights in several files, with an index of their tensors. */

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { getOrMake } from '../../contract/maps.ts';
import { parseJson } from '../../contract/parse-json.ts';
import { someNames } from '../../contract/shorten.ts';
import { ifMissing } from '../../disk/disk.ts';
import { printable } from '../../formats/torch/refusals.ts';
import { isConfined } from '../../platform/confined.ts';

/** A file name without folders. */
const partName = z.string().regex(/^[^/\\]+\.(safetensors|bin|pth?)$/i);
const indexSchema = z.object({
  weight_map: z.record(z.string(), partName).refine((map) => Object.keys(map).length > 0),
});
const PART = /^(.+)-(\d+)-of-(\d+)\.(safetensors|bin)$/i;

/**
 * @param index such as `model.safetensors.index.json`
 * @returns the files of the parts, all present, and the names of the tensors in each
 * @throws StudioError `import-config-invalid`, `import-incomplete`
 */
export async function partsOf(index: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { data } = indexSchema.safeParse(parseJson(await readFile(index, 'utf8')));
  if (data === undefined)
    throw new StudioError('import-config-invalid', `${index} is no index of parts.`, {
      advice: 'Copy or download it again; it maps each tensor to the file that holds it.',
    });
  const names = new Map<string, string[]>();
  for (const [tensor, part] of Object.entries(data.weight_map))
    getOrMake(names, part, () => []).push(tensor);
  const parts = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  const files = parts.map(([name]) => path.join(path.dirname(index), name));
  const there = await Promise.all(files.map(isFile));
  const missing = files.filter((_, i) => !there[i]);
  if (missing.length > 0)
    throw new StudioError(
      'import-incomplete',
      `${missing.length} of ${files.length} parts that ${index} names are not there${named(missing.map((file) => path.basename(file)))}.`,
      { advice: 'Copy or download them into the same folder.' },
    );
  return new Map(parts.map(([, tensors], i) => [files[i]!, tensors]));
}

/** @throws StudioError `import-incomplete` when a part lacks tensors of the index */
export function requireAll(
  part: string,
  names: readonly string[],
  tensors: { has(name: string): boolean },
): void {
  const missing = names.filter((name) => !tensors.has(name));
  if (missing.length === 0) return;
  throw new StudioError(
    'import-incomplete',
    `${part} lacks ${missing.length} of the ${names.length} tensors that the index says it holds${named(missing)}.`,
    { advice: 'Copy or download the part and the index again; they are not of the same network.' },
  );
}

/**
 * The index beside one of several parts; the file itself if it is not a part.
 * @throws StudioError `import-incomplete` when it is a part without an index
 */
export async function indexBeside(file: string): Promise<string> {
  const part = PART.exec(path.basename(file));
  if (part === null) return file;
  const [, stem, number, count, ending] = part;
  if (Number(count) === 1) return file;
  const index = path.join(path.dirname(file), `${stem}.${ending}.index.json`);
  if (await isFile(index)) return index;
  throw new StudioError(
    'import-incomplete',
    `${file} is part ${Number(number)} of ${Number(count)} of a network.`,
    { advice: `Give the folder with all parts and ${path.basename(index)}.` },
  );
}

const isFile = async (file: string) => (await ifMissing(stat(file), undefined))?.isFile() === true;

/** Any text can be given as an index, so a confined process does not repeat its content. */
function named(names: readonly string[]): string {
  return isConfined() ? '' : `: ${someNames(names.map(printable), 3)}`;
}
