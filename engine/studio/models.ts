/** Trained networks of a workspace: those of runs, and imported ones. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { defined } from '../contract/defined.ts';
import type { ModelSummary } from '../contract/studio/models.ts';
import { namesIn } from '../disk/disk.ts';
import { readJsonFile } from '../disk/json-file.ts';
import type { RunCatalogue } from './runs/run-catalogue.ts';

const sides = z.tuple([z.int(), z.int()]);

const headSchema = z.looseObject({ classes: z.array(z.string()), task: z.string().optional() });

/** The fields of an import's `model.json` that lists show. */
const importSchema = z.looseObject({
  origin: z.string(),
  vit: z.looseObject({
    imageSize: sides,
    patchSize: z.int(),
    embedDim: z.int(),
    depth: z.int(),
  }),
  head: headSchema.optional(),
  segmenter: headSchema.optional(),
  detector: headSchema.optional(),
});

/** The fields of a recipe that lists show. */
const recipeSchema = z.looseObject({
  image_size: z.union([z.int(), sides]),
  patch_size: z.int(),
  embed_dim: z.int(),
  depth: z.int(),
});

export function importsDir(workspace: string): string {
  return path.resolve(workspace, 'models');
}

/** Newest first. */
export async function listModels(workspace: string, runs: RunCatalogue): Promise<ModelSummary[]> {
  const [trained, imported] = await Promise.all([
    runsWithWeights(runs),
    importedModels(importsDir(workspace)),
  ]);
  return [...trained, ...imported].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

async function runsWithWeights(runs: RunCatalogue): Promise<ModelSummary[]> {
  // A run's record has a step once a checkpoint exists.
  const summaries = (await runs.list()).filter(({ step }) => step > 0);
  return Promise.all(
    summaries.map(async ({ id, name, updatedAt, step, best }) => {
      const { dir, record } = await runs.get(id);
      const recipe = recipeSchema.safeParse(record.recipe).data;
      const size = recipe?.image_size;
      return {
        reference: id,
        name,
        source: 'run' as const,
        createdAt: updatedAt,
        path: dir,
        step: best?.step ?? step,
        ...kindOf(record),
        ...(best === undefined ? {} : { scores: { primary: best.primary, values: best.values } }),
        ...(recipe === undefined
          ? {}
          : {
              imageSize: (typeof size === 'number' ? [size, size] : size) as [number, number],
              patchSize: recipe.patch_size,
              embedDim: recipe.embed_dim,
              depth: recipe.depth,
            }),
      };
    }),
  );
}

interface HeadFacts {
  readonly classes?: readonly string[] | undefined;
  readonly task?: string | undefined;
}

/** A network with a head names its classes. */
function kindOf({ classes, task }: HeadFacts) {
  if (classes === undefined) return { kind: 'pretrained' as const };
  return { kind: 'classifier' as const, classes: classes.length, ...defined({ task }) };
}

async function importedModels(root: string): Promise<ModelSummary[]> {
  const found = await Promise.all(
    (await namesIn(root)).map(async (name) => {
      const dir = path.join(root, name);
      const file = path.join(dir, 'model.json');
      const about = await readJsonFile(file, importSchema);
      if (about === undefined) return [];
      const { imageSize, patchSize, embedDim, depth } = about.vit;
      return [
        {
          reference: dir,
          name,
          source: 'import' as const,
          path: dir,
          createdAt: (await stat(file)).mtime.toISOString(),
          ...kindOf(about.head ?? about.segmenter ?? about.detector ?? {}),
          imageSize,
          patchSize,
          embedDim,
          depth,
        },
      ];
    }),
  );
  return found.flat();
}
