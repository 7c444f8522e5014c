/**
 * Properties of a network besides its tensors: from options of the import, from this program's
 * metadata, from `config.json` of timm or transformers, and from settings of the authors' scripts.
 *
 * Shapes take precedence; hints provide what shapes do not determine.
 */

import { z } from 'zod';
import { classLabelsSchema } from '../../contract/class-labels.ts';
import { defined } from '../../contract/defined.ts';
import { NORMALISATIONS } from '../../contract/settings/shared.ts';
import type { TorchDictionary } from '../../formats/torch/values.ts';
import { SOURCE } from '../export/target.ts';
import { configHints } from './config-hints.ts';
import {
  channels,
  deviations,
  type Hints,
  json,
  positive,
  sides,
  size,
  threshold,
  valueRange,
} from './hint-fields.ts';
import type { WeightsFile } from './weights-file.ts';
import type { Configs } from './weights-folder.ts';

/** Hints that options of the import can give. */
export type GivenHints = Pick<Hints, 'imageSize' | 'heads' | 'valueRange' | 'mean' | 'std'>;

/** All hints; earlier sources take precedence. */
export function gatherHints(given: GivenHints, file: WeightsFile, configs: Configs): Hints {
  const sources = [
    given,
    ownHints(file.metadata),
    configHints(configs),
    recipeHints(configs.recipe),
    ...(file.settings ? [settingsHints(file.settings)] : []),
  ];
  const notes = sources.flatMap((hints) => ('notes' in hints && hints.notes) || []);
  return { ...Object.assign({}, ...sources.reverse().map(defined)), notes };
}

const depth = z.int().positive();
const segmentationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('linear') }),
  z.object({
    kind: z.literal('upernet'),
    depths: z.tuple([depth, depth, depth, depth]),
    auxiliaryChannels: size,
  }),
]);

const ownSchema = z.object({
  source: z.literal(SOURCE),
  origin: z.string().optional(),
  geometry: json(
    z.object({
      imageSize: z.tuple([size, size]),
      heads: size,
      mlpRatio: positive,
      layerScale: z.number().min(0),
      relPos: z.enum(['shared', 'perBlock', 'none']).optional(),
      absPos: z.boolean().optional(),
    }),
  ).optional(),
  mean: json(channels).optional(),
  std: json(deviations).optional(),
  value_range: json(valueRange).optional(),
  classes: json(z.array(z.string())).optional(),
  task: z.string().optional(),
  threshold: threshold.optional(),
  pooling: z.enum(['mean', 'cls']).optional(),
  detection: json(z.object({ queries: size, queryBlocks: size, masks: z.boolean() })).optional(),
  segmentation: json(segmentationSchema).optional(),
  class_labels: json(classLabelsSchema).optional(),
  run: z.string().optional(),
  network: z.enum(['teacher', 'student']).optional(),
  step: z.coerce.number().int().min(0).optional(),
  recipe: json(z.record(z.string(), z.unknown())).optional(),
  dataset: json(z.object({ images: z.int(), fingerprint: z.string() })).optional(),
  weights: z.string().optional(),
  metrics: json(z.record(z.string(), z.number())).optional(),
});

const recipeSchema = z.object({
  image_size: sides.optional(),
  embed_dim: size.optional(),
  heads: size.optional(),
  mean: channels.optional(),
  std: deviations.optional(),
  value_range: valueRange.optional(),
});

function ownHints(metadata: Readonly<Record<string, string>>): Hints {
  if (metadata['source'] !== SOURCE) return {};
  const { data, error } = ownSchema.safeParse(metadata);
  if (data === undefined) {
    const field = error.issues[0]?.path[0];
    return { notes: [`The file's metadata "${String(field)}" cannot be understood.`] };
  }
  const { geometry, mean, std, value_range: range, classes, source: _, ...others } = data;
  const {
    task,
    threshold,
    pooling,
    segmentation,
    detection,
    class_labels: classLabels,
    origin,
    ...about
  } = others;
  const { relPos, absPos, ...sizes } = geometry ?? {};
  return defined({
    ...sizes,
    withoutPositions: relPos === 'none' && absPos === false ? true : undefined,
    mean,
    std,
    valueRange: range,
    classes,
    task,
    // Files of 0.1.0 tell it in the recipe alone.
    threshold: threshold ?? positive.lt(1).safeParse(about.recipe?.['threshold']).data,
    pooling,
    segmentation,
    detection,
    classLabels,
    origin,
    about: defined(about),
  });
}

function recipeHints(recipe: unknown): Hints {
  const { data = {} } = recipeSchema.safeParse(recipe);
  const { image_size: imageSize, embed_dim: embedDim, value_range: range, ...others } = data;
  return defined({ imageSize, embedDim, valueRange: range, ...others });
}

/**
 * Hints from settings.
 * @source the authors' and BEiT's run_*.py: `window_size` is the grid of patches
 */
function settingsHints(settings: TorchDictionary): Hints {
  const read = <T extends z.ZodType>(name: string, schema: T): z.infer<T> | undefined =>
    schema.safeParse(settings.get(name)).data;
  const patch = read('patch_size', sides);
  const grid = read('window_size', sides);
  const input = read('input_size', sides);
  const flag = read('imagenet_default_mean_and_std', z.boolean());
  const { half, imagenet } = NORMALISATIONS;
  const channels = flag === undefined ? undefined : flag ? imagenet : half;
  // BEiT and MAE have different names for this.
  const byMean = read('use_mean_pooling', z.boolean()) ?? read('global_pool', z.boolean());
  return defined({
    imageSize: input ?? (grid && patch ? [grid[0] * patch[0], grid[1] * patch[1]] : undefined),
    layerScale: read('layer_scale_init_value', positive),
    pooling: byMean === undefined ? undefined : byMean ? ('mean' as const) : ('cls' as const),
    ...channels,
  });
}
