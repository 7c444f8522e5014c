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
import { type Channels, processorHints, type Resizing, timmHints } from './image-hints.ts';
import { requireKnownConfig, unsupported } from './kinds.ts';
import type { WeightsFile } from './weights-file.ts';
import type { Configs } from './weights-folder.ts';

export interface Hints {
  /** pixels, height and width */
  readonly imageSize?: readonly [number, number];
  readonly embedDim?: number;
  readonly heads?: number;
  readonly mlpRatio?: number;
  readonly layerScale?: number;
  readonly pooling?: Pooling;
  /** A pooling that is not computed here, in words. */
  readonly otherPooling?: string;
  /** How many classes the configuration tells of where it does not name them. */
  readonly classCount?: number;
  /** Whether the network was made without embeddings or tables of positions. */
  readonly withoutPositions?: boolean;
  /** What transformers calls the kind of network. */
  readonly modelType?: string;
  readonly resizing?: Resizing;
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
      relPos: z.enum(['shared', 'perBlock', 'none']).optional(),
      absPos: z.boolean().optional(),
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
  weights: z.string().optional(),
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
  const { relPos, absPos, ...sizes } = geometry ?? {};
  return defined({
    ...sizes,
    withoutPositions: relPos === 'none' && absPos === false ? true : undefined,
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
  model_type: maybe(z.string()),
  use_absolute_position_embeddings: maybe(z.boolean()),
  use_relative_position_bias: maybe(z.boolean()),
  use_shared_relative_position_bias: maybe(z.boolean()),
  image_size: maybe(sides),
  hidden_size: maybe(size),
  num_attention_heads: maybe(size),
  layer_scale_init_value: maybe(z.number()),
  layer_norm_eps: maybe(positive),
  hidden_act: maybe(z.string()),
  use_mean_pooling: maybe(z.boolean()),
  id2label: maybe(labels),
  // timm; its first versions had everything on this level
  architecture: maybe(z.string()),
  num_classes: maybe(z.int().min(0)),
  global_pool: maybe(z.string()),
  label_names: maybe(labels),
  model_args: z
    .object({
      img_size: maybe(sides),
      embed_dim: maybe(size),
      num_heads: maybe(size),
      init_values: maybe(z.number().nullable()),
      global_pool: maybe(z.string()),
      act_layer: maybe(z.string()),
      norm_layer: maybe(z.string()),
      use_rot_pos_emb: maybe(z.boolean()),
      use_abs_pos_emb: maybe(z.boolean()),
      use_rel_pos_bias: maybe(z.boolean()),
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
      num_classes: maybe(z.int().min(0)),
      label_names: maybe(labels),
      global_pool: maybe(z.string()),
    })
    .optional()
    .catch(undefined),
});

/** Kinds of transformers whose classifiers look at the class token. */
const BY_CLASS_TOKEN = new Set(['vit', 'deit', 'vit_msn']);
/** Kinds that take the mean unless told otherwise. */
const BY_MEAN = new Set(['beit', 'data2vec-vision']);

function configHints({ network = {}, images }: Configs): Hints {
  const config = networkSchema.catch({}).parse(network);
  const { model_args: args = {}, pretrained_cfg: pretrained = {}, model_type: modelType } = config;
  requireKnownConfig({ modelType, architecture: config.architecture });
  if (args.use_rot_pos_emb === true) throw unsupported('rotary positions (RoPE)');
  requireActivation(config.hidden_act ?? args.act_layer);
  if (args.norm_layer !== undefined && !/^layer_?norm/i.test(args.norm_layer))
    throw unsupported(
      `norms of another kind${known(args.norm_layer, NORMS)} than layer normalisation`,
    );
  const pool = args.global_pool ?? config.global_pool ?? pretrained.global_pool;
  const timm = timmHints((network as { pretrained_cfg?: unknown }).pretrained_cfg ?? network);
  const processor = processorHints(images);
  return defined({
    imageSize: args.img_size ?? config.image_size ?? pretrained.input_size,
    embedDim: args.embed_dim ?? config.hidden_size,
    heads: args.num_heads ?? config.num_attention_heads,
    layerScale: args.init_values ?? config.layer_scale_init_value,
    ...poolingHints(pool, modelType, config.use_mean_pooling),
    classes: config.label_names ?? pretrained.label_names ?? config.id2label,
    classCount: config.num_classes ?? pretrained.num_classes,
    withoutPositions:
      (config.use_absolute_position_embeddings === false &&
        config.use_relative_position_bias === false &&
        config.use_shared_relative_position_bias === false) ||
      (args.use_abs_pos_emb === false && args.use_rel_pos_bias === false) ||
      undefined,
    modelType,
    mean: processor.mean ?? timm.mean,
    std: processor.std ?? timm.std,
    resizing: processor.resizing ?? timm.resizing,
    notes: [...oddities(config), ...processor.notes, ...timm.notes],
  } as Hints);
}

function poolingHints(
  inTimm: string | undefined,
  modelType = '',
  byMean: boolean | undefined = BY_MEAN.has(modelType) ? true : undefined,
): Pick<Hints, 'pooling' | 'otherPooling'> {
  if (BY_CLASS_TOKEN.has(modelType)) return { pooling: 'cls' };
  if (byMean !== undefined) return { pooling: byMean ? 'mean' : 'cls' };
  if (inTimm === 'avg') return { pooling: 'mean' };
  if (inTimm === 'token') return { pooling: 'cls' };
  return inTimm === undefined || inTimm === ''
    ? {}
    : { otherPooling: `another pooling${known(inTimm, POOLINGS)}` };
}

/** Any folder may be imported, so what its file says is not repeated unless it is one of these. */
const ACTIVATIONS = new Set([
  'quick_gelu',
  'gelu_new',
  'gelu_tanh',
  'gelu_pytorch_tanh',
  'gelu_fast',
  'relu',
  'silu',
  'swish',
]);
const NORMS = new Set(['rmsnorm', 'layernorm2d', 'batchnorm', 'batchnorm2d', 'groupnorm']);
const POOLINGS = new Set(['map', 'max', 'avgmax', 'catavgmax']);

/** The value where it is known, for a sentence. */
function known(value: string, values: ReadonlySet<string>): string {
  return values.has(value.toLowerCase()) ? ` (${value})` : '';
}

function requireActivation(act: string | undefined): void {
  if (act === undefined || act === 'gelu') return;
  throw new StudioError(
    'import-unsupported',
    `config.json names another activation${known(act, ACTIVATIONS)} than gelu, which is the one that this program computes.`,
    { advice: 'Networks with another activation cannot be used here.' },
  );
}

function oddities({ layer_norm_eps: eps }: z.infer<typeof networkSchema>) {
  if (eps === undefined || eps === LAYER_NORM_EPS) return [];
  return [
    `config.json adds ${eps} to variances where this program adds ${LAYER_NORM_EPS}; answers differ a little where variances are small.`,
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
  // BEiT's and MAE's word for the same.
  const byMean = read('use_mean_pooling', z.boolean()) ?? read('global_pool', z.boolean());
  return defined({
    imageSize: input ?? (grid && patch ? [grid[0] * patch[0], grid[1] * patch[1]] : undefined),
    layerScale: read('layer_scale_init_value', positive),
    pooling: byMean === undefined ? undefined : byMean ? 'mean' : 'cls',
    ...channels,
  } as Hints);
}
