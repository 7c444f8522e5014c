/**
 * Continuation packages: the whole state of a checkpoint and its recipe in a folder, to continue a
 * pre-training elsewhere.
 *
 * Unlike a run, a package names no images; those of the continuing machine are used.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { StudioError } from '../../contract/errors.ts';
import { parseRecipe, type Recipe } from '../../contract/recipe.ts';
import { readSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import { isPersistent, STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { formatsOfRun } from './formats-of.ts';
import {
  digestOf,
  EXPORT_MANIFEST_FILE,
  type Exported,
  readManifest,
  requireSameTensors,
  SOURCE,
  writeExportFolder,
  writeJson,
} from './target.ts';

const STATE_FILE = 'state.safetensors';
const RECIPE_FILE = 'recipe.json';

export interface Continuation {
  /** The run and step, for users. */
  readonly origin: string;
  readonly recipe: Recipe;
  /** Tensors of the checkpoint by name: both networks, moments, number of updates. */
  readonly state: NamedTensors;
}

/**
 * @param folder its content is replaced if it is empty or an earlier export
 * @throws StudioError `continuation-unsupported`, `target-taken`, `disk-full`, `export-failed`
 */
export async function exportContinuation(
  folder: string,
  run: RunRecord,
  { state, step }: Checkpoint,
): Promise<Exported> {
  if (run.kind !== 'pretrain')
    throw new StudioError(
      'continuation-unsupported',
      `The run ${run.id} is no pre-training, which alone can be continued elsewhere.`,
      { advice: formatsOfRun(run) },
    );
  const recipe = parseRecipe(run.recipe);
  const origin = `${run.id}, step ${step}`;
  const bytes = await writeExportFolder(
    folder,
    { kind: 'continuation', origin },
    {
      async write(beside) {
        const metadata = { format: 'pt', source: SOURCE, run: run.id, step: String(step) };
        await writeSafetensors(path.join(beside, STATE_FILE), state, metadata);
        await writeJson(path.join(beside, RECIPE_FILE), recipe);
        await writeFile(path.join(beside, 'README.md'), readme(origin));
      },
      async check(beside) {
        requireSameTensors(state, (await readContinuation(beside)).state, folder);
      },
    },
  );
  return { path: folder, tensors: state.size, bytes, largestDifference: 0 };
}

/** Whether the folder looks like a package; reading verifies it. */
export function isContinuation(folder: string): boolean {
  return existsSync(path.join(folder, RECIPE_FILE));
}

/** @throws StudioError `export-damaged` when a file is missing or does not match the manifest */
export async function readContinuation(folder: string): Promise<Continuation> {
  const { kind, origin, files } = await readManifest(folder);
  if (kind !== 'continuation' || !files[STATE_FILE] || !files[RECIPE_FILE])
    throw damaged(folder, `${EXPORT_MANIFEST_FILE} describes no continuation package`);
  for (const [name, expected] of Object.entries(files)) {
    if (path.basename(name) !== name) throw damaged(folder, `"${name}" is no file name`);
    const found = await digestOf(path.join(folder, name)).catch((cause: unknown) => {
      throw damaged(folder, `${name} cannot be read`, cause);
    });
    if (found.size !== expected.size)
      throw damaged(folder, `${name} has ${found.size} bytes instead of ${expected.size}`);
    if (found.sha256 !== expected.sha256) throw damaged(folder, `${name} was changed`);
  }
  const recipe = readRecipe(folder, await readFile(path.join(folder, RECIPE_FILE), 'utf8'));
  const { tensors } = await readSafetensors(path.join(folder, STATE_FILE));
  for (const name of tensors.keys())
    if (!isState(name))
      throw damaged(folder, `${STATE_FILE} holds "${name}", which is no state of pre-training`);
  return { origin, recipe, state: tensors };
}

function readRecipe(folder: string, text: string): Recipe {
  try {
    return parseRecipe(JSON.parse(text));
  } catch (cause) {
    throw damaged(folder, `${RECIPE_FILE} is no recipe`, cause);
  }
}

function isState(name: string): boolean {
  const prefixes = Object.values(STATE_PREFIXES);
  const ofNetworks = isPersistent(name) && prefixes.some((prefix) => name.startsWith(prefix));
  return ofNetworks || name.startsWith('optimizer.');
}

function damaged(folder: string, reason: string, cause?: unknown): StudioError {
  return new StudioError('export-damaged', `${folder} cannot be continued: ${reason}.`, {
    advice: 'Copy the folder again, or export it again.',
    cause,
  });
}

function readme(origin: string): string {
  return `# Pre-training to continue

${origin}: the state of a ConMIM pre-training, written by ConMIM Studio.

| file | what it is |
| --- | --- |
| \`state.safetensors\` | student, teacher, both moments of AdamW and the count of its updates |
| \`recipe.json\` | the settings it was trained with |
| \`manifest.json\` | size and SHA-256 of each file |

Continue it with images of your own:

    conmim pretrain --from FOLDER --data IMAGES
`;
}
