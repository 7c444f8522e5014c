/**
 * What is known of a network besides its tensors: by name from whoever imports it, from this program's
 * metadata, from `config.json` of timm or transformers, from the settings of the authors' scripts.
 *
 * Shapes decide wherever they can; hints say the rest.
 */
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { NORMALISATIONS } from '../../contract/recipe-settings.ts';
import type { Pooling } from '../../finetune/classifier.ts';
import type { TorchDictionary } from '../../formats/torch/values.ts';
import { LAYER_NORM_EPS } from '../../nn/vit.ts';
import { SOURCE } from '../export/target.ts';
import type { ModelAbout } from '../model.ts';
import type { WeightsFile } from './weights-file.ts';
import type { Configs } from './weights-folder.ts';

export type Channels = readonly [number, number, number];

export interface Hints {
  /** pixels, height and width */
  readonly imageSize?: readonly [number, number];
  readonly embedDim?: number;
  readonly heads?: number;
  readonly mlpRatio?: number;
  readonly layerScale?: number;
  readonly pooling?: Pooling;
  readonly classes?: readonly string[];
  readonly mean?: Channels;
  readonly std?: Channels;
  readonly origin?: string;
  readonly about?: ModelAbout;
  /** What is odd about them, one sentence each. */
  readonly notes?: readonly string[];
}

/** What whoever imports may say by name. */
export type GivenHints = Pick<Hints, 'imageSize' | 'heads' | 'mean' | 'std'>;

/** All that is known; what comes first counts. */
export function gatherHints(given: GivenHints, file: WeightsFile, configs: Configs): Hints {
  const sources = [
    given,
    ownHints(file.metadata),
    configHints(configs),
    ...(file.settings ? [settingsHints(file.settings)] : []),
  ];
  const notes = sources.flatMap((hints) => ('notes' in hints && hints.notes) || []);
  return { ...Object.assign({}, ...sources.reverse().map(defined)), notes };
}

function defined(hints: Hints): Hints {
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined));
}

const positive = z.number().positive();
const size = z.int().positive();
const channels = z.tuple([z.number(), z.number(), z.number()]);
const deviations = z.tuple([positive, positive, positive]);
/** Height and width, or one number for both. */
const sides = z
  .union([size, z.tuple([size, size])])
  .transform((value): [number, number] => (typeof value === 'number' ? [value, value] : value));

/** Text that holds JSON of a schema. */
function json<T extends z.ZodType>(schema: T) {
  const parsed = z.string().transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'no JSON' });
      return z.NEVER;
    }
  });
  return parsed.pipe(schema);
}

const ownSchema = z.object({
  source: z.literal(SOURCE),
  origin: z.string().optional(),
  geometry: json(
    z.object({
      imageSize: z.tuple([size, size]),
      heads: size,
      mlpRatio: positive,
      layerScale: z.number().min(0),
    }),
  ).optional(),
  mean: json(channels).optional(),
  std: json(deviations).optional(),
  classes: json(z.array(z.string())).optional(),
  pooling: z.enum(['mean', 'cls']).optional(),
  run: z.string().optional(),
  network: z.enum(['teacher', 'student']).optional(),
  step: z.coerce.number().int().min(0).optional(),
  recipe: json(z.record(z.string(), z.unknown())).optional(),
  dataset: json(z.object({ images: z.int(), fingerprint: z.string() })).optional(),
  metrics: json(z.record(z.string(), z.number())).optional(),
});

/** Of files that this program wrote. */
function ownHints(metadata: Readonly<Record<string, string>>): Hints {
  if (metadata['source'] !== SOURCE) return {};
  const { data, error } = ownSchema.safeParse(metadata);
  if (data === undefined) {
    const field = error.issues[0]?.path[0];
    return { notes: [`The file's metadata "${String(field)}" cannot be understood.`] };
  }
  const { geometry, mean, std, classes, pooling, origin, source: _, ...about } = data;
  return defined({
    ...geometry,
    ...{ mean, std, classes, pooling, origin },
    about: defined(about as Hints) as ModelAbout,
  } as Hints);
}

/** Class names by number, as a list or as transformers and timm write them. */
const labels = z
  .union([z.array(z.string()), z.record(z.string(), z.string())])
  .transform((value) =>
    Array.isArray(value)
      ? value
      : Object.keys(value)
          .sort((a, b) => Number(a) - Number(b))
          .map((key) => value[key]!),
  );

/** A field of a file that others write: what is odd counts as left out. */
function maybe<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

const networkSchema = z.object({
  // transformers
  image_size: maybe(sides),
  hidden_size: maybe(size),
  num_attention_heads: maybe(size),
  layer_scale_init_value: maybe(z.number()),
  layer_norm_eps: maybe(positive),
  hidden_act: maybe(z.string()),
  use_mean_pooling: maybe(z.boolean()),
  id2label: maybe(labels),
  // timm; its first versions had everything on this level
  global_pool: maybe(z.string()),
  label_names: maybe(labels),
  mean: maybe(channels),
  std: maybe(deviations),
  model_args: z
    .object({
      img_size: maybe(sides),
      embed_dim: maybe(size),
      num_heads: maybe(size),
      init_values: maybe(z.number().nullable()),
      global_pool: maybe(z.string()),
    })
    .optional()
    .catch(undefined),
  pretrained_cfg: z
    .object({
      input_size: z
        .tuple([z.int(), size, size])
        .transform(([, height, width]): [number, number] => [height, width])
        .optional()
        .catch(undefined),
      mean: maybe(channels),
      std: maybe(deviations),
      label_names: maybe(labels),
      global_pool: maybe(z.string()),
    })
    .optional()
    .catch(undefined),
});

const imagesSchema = z.object({
  image_mean: maybe(channels),
  image_std: maybe(deviations),
});

function configHints({ network = {}, images = {} }: Configs): Hints {
  const config = networkSchema.catch({}).parse(network);
  const { image_mean, image_std } = imagesSchema.catch({}).parse(images);
  const { model_args: args = {}, pretrained_cfg: pretrained = {} } = config;
  const pool = args.global_pool ?? config.global_pool ?? pretrained.global_pool;
  const inTimm = pool === 'avg' ? 'mean' : pool === 'token' ? 'cls' : undefined;
  const byMean = config.use_mean_pooling;
  return defined({
    imageSize: args.img_size ?? config.image_size ?? pretrained.input_size,
    embedDim: args.embed_dim ?? config.hidden_size,
    heads: args.num_heads ?? config.num_attention_heads,
    layerScale: args.init_values ?? config.layer_scale_init_value,
    pooling: byMean === undefined ? inTimm : byMean ? 'mean' : 'cls',
    classes: config.label_names ?? pretrained.label_names ?? config.id2label,
    mean: image_mean ?? pretrained.mean ?? config.mean,
    std: image_std ?? pretrained.std ?? config.std,
    notes: oddities(config),
  } as Hints);
}

function oddities({ layer_norm_eps: eps, hidden_act: act }: z.infer<typeof networkSchema>) {
  if (act !== undefined && act !== 'gelu')
    throw new StudioError(
      'import-unsupported',
      // Any folder may be imported, so what its file says is not repeated.
      'config.json names another activation than gelu, which is the one that this program computes.',
      { advice: 'Networks with another activation cannot be used here.' },
    );
  if (eps === undefined || eps === LAYER_NORM_EPS) return [];
  return [
    `config.json adds ${eps} to variances where this program adds ${LAYER_NORM_EPS}; answers differ in the last digits.`,
  ];
}

/** @source the authors' and BEiT's run_*.py: `window_size` is the grid of patches */
function settingsHints(settings: TorchDictionary): Hints {
  const read = <T extends z.ZodType>(name: string, schema: T): z.infer<T> | undefined =>
    schema.safeParse(settings.get(name)).data;
  const patch = read('patch_size', sides);
  const grid = read('window_size', sides);
  const input = read('input_size', sides);
  const flag = read('imagenet_default_mean_and_std', z.boolean());
  const { half, imagenet } = NORMALISATIONS;
  const channels = flag === undefined ? undefined : flag ? imagenet : half;
  return defined({
    imageSize: input ?? (grid && patch ? [grid[0] * patch[0], grid[1] * patch[1]] : undefined),
    layerScale: read('layer_scale_init_value', positive),
    ...channels,
  } as Hints);
}
