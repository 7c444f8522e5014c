/** Properties of a network in `config.json` of timm or transformers. */

import { z } from 'zod';
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import { SEVERAL_LABELS_TYPE } from '../../contract/tasks.ts';
import type { SegmentationHead } from '../../nn/segmenter.ts';
import { LAYER_NORM_EPS } from '../../nn/vit.ts';
import { type Hints, positive, sides, size, valueRange } from './hint-fields.ts';
import { processorHints, timmHints } from './image-hints.ts';
import { requireKnownConfig, unsupportedNetwork } from './kinds.ts';
import type { Configs } from './weights-folder.ts';

/** Class names by number, as a list or as in transformers and timm. */
const labels = z
  .union([z.array(z.string()), z.record(z.string(), z.string())])
  .transform((value) =>
    Array.isArray(value)
      ? value
      : Object.keys(value)
          .sort((a, b) => Number(a) - Number(b))
          .map((key) => value[key]!),
  );

/** A field of a file from other programs; an invalid value counts as missing. */
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
  problem_type: maybe(z.string()),
  threshold: maybe(z.number().gt(0).lt(1)),
  // this program's
  value_range: maybe(valueRange),
  out_indices: maybe(z.array(z.int().min(2)).length(4)),
  auxiliary_channels: maybe(size),
  // timm; in its first versions all fields were on this level
  architecture: maybe(z.string()),
  num_classes: maybe(z.int().min(0)),
  global_pool: maybe(z.string()),
  label_names: maybe(labels),
  model_args: maybe(
    z.object({
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
    }),
  ),
  pretrained_cfg: maybe(
    z.object({
      input_size: maybe(
        z
          .tuple([z.int(), size, size])
          .transform(([, height, width]): [number, number] => [height, width]),
      ),
      num_classes: maybe(z.int().min(0)),
      label_names: maybe(labels),
      global_pool: maybe(z.string()),
    }),
  ),
});

/** Model types whose classifiers use the class token. */
const BY_CLASS_TOKEN = new Set(['vit', 'deit', 'vit_msn']);
/** Model types that use the mean by default. */
const BY_MEAN = new Set(['beit', 'data2vec-vision']);

export function configHints({ network = {}, images }: Configs): Hints {
  const config = networkSchema.catch({}).parse(network);
  const { model_args: args = {}, pretrained_cfg: pretrained = {}, model_type: modelType } = config;
  requireKnownConfig({ modelType, architecture: config.architecture });
  if (args.use_rot_pos_emb === true) throw unsupportedNetwork('rotary positions (RoPE)');
  requireActivation(config.hidden_act ?? args.act_layer);
  if (args.norm_layer !== undefined && !/^layer_?norm/i.test(args.norm_layer))
    throw unsupportedNetwork(
      `norms of another kind${knownValue(args.norm_layer, NORMS)} than layer normalisation`,
    );
  const pool = args.global_pool ?? config.global_pool ?? pretrained.global_pool;
  const timm = timmHints((network as { pretrained_cfg?: unknown }).pretrained_cfg ?? network);
  // Only this program names a value range, and its processors get values that are scaled.
  const processor = processorHints(images, config.value_range !== undefined);
  return defined({
    imageSize: args.img_size ?? config.image_size ?? pretrained.input_size,
    embedDim: args.embed_dim ?? config.hidden_size,
    heads: args.num_heads ?? config.num_attention_heads,
    layerScale: args.init_values ?? config.layer_scale_init_value,
    ...poolingHints(pool, modelType, config.use_mean_pooling),
    classes: config.label_names ?? pretrained.label_names ?? config.id2label,
    task: config.problem_type === SEVERAL_LABELS_TYPE ? 'multilabel' : undefined,
    threshold: config.threshold,
    segmentation: segmentationOf(config),
    classCount: config.num_classes ?? pretrained.num_classes,
    withoutPositions:
      (config.use_absolute_position_embeddings === false &&
        config.use_relative_position_bias === false &&
        config.use_shared_relative_position_bias === false) ||
      (args.use_abs_pos_emb === false && args.use_rel_pos_bias === false) ||
      undefined,
    kind: modelType ?? config.architecture,
    valueRange: config.value_range,
    mean: processor.mean ?? timm.mean,
    std: processor.std ?? timm.std,
    resizing: processor.resizing ?? timm.resizing,
    notes: [...configNotes(config), ...processor.notes, ...timm.notes],
  });
}

/** Hidden states are counted from 1, and the first is that before the blocks. */
function segmentationOf({
  out_indices: indices,
  auxiliary_channels: auxiliaryChannels,
}: z.infer<typeof networkSchema>): SegmentationHead | undefined {
  if (indices === undefined || auxiliaryChannels === undefined) return undefined;
  const [a, b, c, d] = indices.map((index) => index - 1) as [number, number, number, number];
  return { kind: 'upernet', depths: [a, b, c, d], auxiliaryChannels };
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
    : { otherPooling: `another pooling${knownValue(inTimm, POOLINGS)}` };
}

/** Any folder may be imported, so only known values of its file are repeated. */
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

function knownValue(value: string, values: ReadonlySet<string>): string {
  return values.has(value.toLowerCase()) ? ` (${value})` : '';
}

function requireActivation(act: string | undefined): void {
  if (act === undefined || act === 'gelu') return;
  throw new StudioError(
    'import-unsupported',
    `config.json names another activation${knownValue(act, ACTIVATIONS)} than gelu, which is the one that this program computes.`,
    { advice: 'Networks with another activation cannot be used here.' },
  );
}

/** Larger values change the outputs for any variances. */
const MAX_NORM_EPS = 1e-4;

/** @throws StudioError `import-unsupported` */
function configNotes({ layer_norm_eps: eps }: z.infer<typeof networkSchema>) {
  if (eps === undefined || eps === LAYER_NORM_EPS) return [];
  if (eps > MAX_NORM_EPS)
    throw unsupportedNetwork(
      `norms that add ${eps} to variances, by its configuration, where this program adds ${LAYER_NORM_EPS}`,
    );
  return [
    `config.json adds ${eps} to variances where this program adds ${LAYER_NORM_EPS}; answers differ a little where variances are small.`,
  ];
}
