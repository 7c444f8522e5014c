/** The file of weights in a folder, and its configuration files. */

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { countOf } from '../../contract/number-text.ts';
import { errorCode, ifMissing, namesIn } from '../../disk/disk.ts';
import { EXPORT_MANIFEST_FILE } from '../export/target.ts';
import { indexBeside } from './weights-parts.ts';

export interface WeightsPlace {
  readonly file: string;
  /** Name of the model for users: that of the folder or file. */
  readonly name: string;
  /** Content of the configuration files beside the weights, of {@link CONFIG_FILES}. */
  readonly configs: Configs;
}

export type Configs = Readonly<Partial<Record<'network' | 'images' | 'recipe', unknown>>>;

const CONFIG_FILES = {
  network: 'config.json',
  images: 'preprocessor_config.json',
  /** of a continuation package, which also has a manifest */
  recipe: 'recipe.json',
} as const;

/** File names of timm, transformers and this program; configuration files beside are theirs. */
const USUAL = ['model.safetensors', 'pytorch_model.bin'];
const WEIGHTS = /\.(safetensors|pth|pt|bin|ckpt)$/i;
/** Indexes of weights in several parts. */
const INDEX = /^(model\.safetensors|pytorch_model\.bin)\.index\.json$/;

/**
 * @param given a file or a folder
 * @throws StudioError `import-no-weights`, `import-ambiguous`, `model-not-found`
 */
export async function findWeights(given: string): Promise<WeightsPlace> {
  const found = await stat(given).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  });
  if (found === undefined)
    throw new StudioError('model-not-found', `There is nothing at ${given}.`, {
      advice: 'Give a file of weights, or a folder that holds one.',
    });
  if (!found.isDirectory()) {
    const file = await indexBeside(given);
    const usual = USUAL.includes(path.basename(file)) || INDEX.test(path.basename(file));
    return {
      file,
      name: path.basename(usual ? path.dirname(path.resolve(given)) : given),
      configs: usual ? await readConfigs(path.dirname(given)) : {},
    };
  }
  const name = path.basename(path.resolve(given));
  return { file: await fileIn(given), name, configs: await readConfigs(given) };
}

async function fileIn(folder: string): Promise<string> {
  const names = (await namesIn(folder)).sort();
  const usual = USUAL.find((name) => names.includes(name));
  if (usual !== undefined) return path.join(folder, usual);
  const index = names.find((name) => INDEX.test(name));
  if (index !== undefined) return path.join(folder, index);
  const weights = names.filter((name) => WEIGHTS.test(name));
  if (weights.length === 1) return indexBeside(path.join(folder, weights[0]!));
  if (weights.length > 1)
    throw new StudioError(
      'import-ambiguous',
      `${folder} holds ${countOf(weights.length, 'file')} of weights: ${weights.slice(0, 10).join(', ')}.`,
      { advice: 'Give one of the files.', details: { files: weights } },
    );
  const inside = names.length === 0 ? 'it is empty' : `in it: ${names.slice(0, 5).join(', ')}`;
  throw new StudioError('import-no-weights', `${folder} holds no weights; ${inside}.`, {
    advice: 'Give a file of weights (.safetensors, .pth, .pt, .bin), or a folder that holds one.',
  });
}

async function readConfigs(folder: string): Promise<Configs> {
  const found: Partial<Record<keyof Configs, unknown>> = {};
  const isExport = (await namesIn(folder)).includes(EXPORT_MANIFEST_FILE);
  for (const [key, name] of Object.entries(CONFIG_FILES) as [keyof Configs, string][]) {
    if (key === 'recipe' && !isExport) continue;
    const file = path.join(folder, name);
    const content = await ifMissing(readFile(file, 'utf8'), undefined);
    if (content === undefined) continue;
    found[key] = settingsIn(content, file);
  }
  return found;
}

function settingsIn(content: string, file: string): object {
  const invalid = (problem: string, cause?: unknown) =>
    new StudioError('import-config-invalid', `${file} ${problem}.`, {
      advice: 'Copy or download it again, or remove it and name what it says by options.',
      cause,
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (cause) {
    throw invalid('is not JSON', cause);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw invalid('holds no settings by name');
}
