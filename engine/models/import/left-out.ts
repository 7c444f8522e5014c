/** Tensors in files of networks that do not affect the outputs. */
import type { Head } from '../model.ts';

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/relative_position_index$/, 'follows from the size of the images'],
  [/num_batches_tracked$/, 'a counter of training'],
  [/^(mask_token|masked_embed)$|embeddings\.mask_token$/, 'only pre-training needs it'],
  [/^projectors\./, 'only pre-training needs it'],
  [/^(lm_head|cls_pt_layers)\./, 'belongs to another kind of pre-training'],
  [
    /^head\.(\d+|mlp|last_layer|prototypes\d*)\b/,
    'a head of several layers, as pre-training has it',
  ],
  [
    /(^|\.)(dino_head|ibot_head|mim_head|predictor|projector|projection_head|prototypes|queue\w*)\b/,
    'belongs to another kind of pre-training',
  ],
  [/^decoder(_\w+)?\./, 'belongs to another kind of pre-training'],
  [/^decoder_pos_embed$/, 'belongs to another kind of pre-training'],
  [/^(decode_head|auxiliary_head|fpn\d|neck|scratch|head\.head)\./, 'belongs to another task'],
  [/^pooler\.dense\./, 'belongs to another task'],
  [
    /\.(k_bias|attention\.attention\.key\.bias|attention\.k_proj\.bias)$/,
    'adds the same to all scores of a query, which the softmax takes away',
  ],
];

/** @param name in the file, less the network's prefix @returns undefined for other tensors */
export function whyIgnored(name: string, head: Head | undefined): string | undefined {
  const known = REASONS.find(([pattern]) => pattern.test(name))?.[1];
  if (known !== undefined) return known;
  if (/^(fc_norm|pooler\.layernorm)\./.test(name) && (head === undefined || head.pooling === 'cls'))
    return 'the norm of another pooling';
  if (/^(norm|layernorm)\./.test(name) && head?.pooling === 'mean')
    return 'the norm of another pooling';
  return undefined;
}
