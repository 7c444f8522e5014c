/** Descriptions of unsupported networks, by tensors' names and configuration. */

import type { ErrorDetails } from '../../contract/error-codes.ts';
import { StudioError } from '../../contract/errors.ts';
import { countOf } from '../../contract/number-text.ts';
import { someNames } from '../../contract/shorten.ts';

type Kinds = readonly (readonly [RegExp, string])[];

/** Other architectures than a vision transformer with a class token; more specific ones first. */
const OTHER_KINDS: Kinds = [
  [/(^|\.)(lora_\w+|base_model\.)|\.lora_/, 'a LoRA adapter'],
  [/\.(qweight|qzeros|SCB|_packed_params)(\.|$)/, 'a quantised network'],
  [
    /(^|\.)vision_model\.head\.(probe|attention)|(^|\.)attn_pool\.(latent|q|kv)\b/,
    'a SigLIP vision transformer, which has no class token and pools by attention',
  ],
  [/(^|\.)(text_model|visual|vision_model)\.|class_embedding$|pre_layrnorm/, 'a CLIP model'],
  [/(^|\.)(mask_decoder|prompt_encoder)\./, 'a Segment Anything model (SAM)'],
  [/\.rel_pos_[hw]$/, 'a vision transformer with windows, as SAM and ViTDet have it'],
  [
    /(^|\.)(swin|swinv2)\.|(^|\.)layers\.\d+\.blocks\.\d+\.attn\.(relative_position_bias_table|qkv|logit_scale)/,
    'a Swin transformer',
  ],
  [
    /(^|\.)(convnext|convnextv2)\.|(^|\.)stages\.\d+\.(blocks\.)?\d+\.(conv_dw|dwconv)\./,
    'a ConvNeXt or one like it',
  ],
  [/(^|\.)layer1\.0\.conv1\.|^conv1\.weight$|(^|\.)resnet\./, 'a ResNet'],
  [/(^|\.)mlp_tokens\./, 'an MLP-Mixer'],
  [/(^|\.)conv_stem\./, 'an EfficientNet or MobileNet'],
  [/(^|\.)denseblock\d+\./, 'a DenseNet'],
  [/(^|\.)(wte|embed_tokens|word_embeddings)\.weight$/, 'a language model'],
  [/(^|\.)(down_blocks|input_blocks|first_stage_model|x_embedder)\./, 'a diffusion model'],
  [/^(model\.)+\d+\.(conv|cv\d|m)\./, 'a YOLO detector'],
  [
    /(^|\.)(predictor|target_encoder)\..*\bblocks?\b|(^|\.)predictor_(embed|blocks|pos_embed)/,
    'an I-JEPA network',
  ],
  [
    /(^|\.)(stages?|stage\d+|layers)[._]\d+\.(\d+\.|blocks?|downsample)|(^|\.)(block|network)\d?\.\d+\.\d+\./,
    'a network of stages, each of another resolution',
  ],
  [
    /(^|\.)blocks\.\d+\.(norm1\.|attn\.|attn_out_proj\.)|(^|\.)encoder\.layer\.\d+\.(layernorm_before|norm1)\./,
    'a vision transformer without a class token',
  ],
];

/** Parts of a vision transformer, by names without the network's prefix. */
const PARTS: Kinds = [
  [
    /(^|\.)(dist_token|distillation_token|head_dist|distillation_classifier)\b/,
    "a distillation token, as DeiT's distilled networks have it",
  ],
  [/(^|\.)(reg_token|register_tokens?|storage_tokens)$/, 'register tokens'],
  [/(^|\.)(detection_tokens|mid_position_embeddings)$/, 'detection tokens, as YOLOS has them'],
  [/prompt_(embeddings|tokens?)|(^|\.)prompts?$/, 'prompt tokens'],
  [/\.(lora_\w+|base_layer|adapter\w*)\./, 'adapters (LoRA and the like) in its blocks'],
  [/\.(_packed_params|SCB|qweight|qzeros|quant_state\w*|absmax|quant_map)\b/, 'quantised weights'],
  [
    /\.(q_norm|k_norm|query_norm|key_norm|q_layernorm|k_layernorm)\./,
    'norms of queries and keys (QK-norm)',
  ],
  [
    /\.mlp\.(w12|w1|w2|w3|fc1_g|fc1_x|weights_in|weights_out|gate_proj|up_proj)\b/,
    'gated MLPs (SwiGLU), as DINOv2 giant and EVA-02 have them',
  ],
  [/^(norm_pre|ln_pre|pre_layrnorm)\./, 'a norm before its blocks, as CLIP has it'],
  [
    /\.(attn|mlp)\.(norm|inner_attn_ln|ffn_ln)\.|\.(inner_attn_ln|ffn_ln)\./,
    'norms inside attention or MLP, as EVA-02 has them',
  ],
  [/(^|\.)(attn_pool|pool\.probe)\b/, 'a pooling by attention'],
  [
    /(^|\.)(rope|rope_embed\w*|rotary_emb)\./,
    'rotary positions (RoPE), as EVA-02 and DINOv3 have them',
  ],
  [/\.rel_pos_[hw]$/, 'relative positions of rows and columns, as SAM and ViTDet have them'],
  [/\.rel_pos\.mlp\.|\.rpe_mlp\.|cpb_mlp/, 'relative positions computed by a network'],
  [
    /(^|\.)(temporal_\w+|time_embed\w*|pos_embed_temporal)/,
    'positions in time, as networks for video have them',
  ],
  [
    /^(blocks_token_only|cls_attn_blocks)\.|\.(proj_l|proj_w)\./,
    'blocks for the class token alone, as CaiT and XCiT have them',
  ],
  [
    /^(blocks|layers|encoder\.layer)\.\d+\.(cross_attn|crossattention)\./,
    'attention to other tokens',
  ],
  [/\.attn\.(gating_param|pos_proj|local|v_pooled|rpe|temperature)\b/, 'another kind of attention'],
  [/\.attns\.\d|\.ffns\.\d/, 'blocks in parallel'],
  [/^(pixel_embed|norm1_proj)\.|\.(attn_in|mlp_in)\./, 'blocks inside blocks, as TNT has them'],
  [
    /^patch_embed(dings)?\.(backbone|stem|conv\d|conv\.\d|convs|proj\.\d|projection\.\d|conv_layers|\d)|^embeddings\.patch_embeddings\.(backbone|projection\.\d)|^patch_embeddings\.backbone/,
    'patches from several layers (a convolutional stem, or a hybrid with a ResNet)',
  ],
  [/^patch_embed\.norm\.|^embeddings\.(norm|layernorm)\./, 'a norm inside its patch embedding'],
];

/** Values of `model_type` in `config.json` of transformers, with descriptions. */
const MODEL_TYPES: ReadonlyMap<string, string> = new Map([
  ['clip', 'a CLIP model'],
  ['clip_vision_model', 'a CLIP model'],
  ['chinese_clip', 'a CLIP model'],
  ['blip_vision_model', 'a BLIP model'],
  ['owlvit_vision_model', 'an OWL-ViT detector'],
  ['siglip', 'a SigLIP model'],
  ['siglip2', 'a SigLIP model'],
  ['siglip_vision_model', 'a SigLIP vision transformer, which has no class token'],
  ['siglip2_vision_model', 'a SigLIP vision transformer, which has no class token'],
  ['dinov2_with_registers', 'a DINOv2 with register tokens'],
  ['dinov3_vit', 'a DINOv3, which has rotary positions (RoPE) and register tokens'],
  ['dinov3_convnext', 'a ConvNeXt'],
  ['ijepa', 'an I-JEPA network, which has no class token'],
  ['swin', 'a Swin transformer'],
  ['swinv2', 'a Swin transformer'],
  ['convnext', 'a ConvNeXt'],
  ['convnextv2', 'a ConvNeXt'],
  ['resnet', 'a ResNet'],
  ['sam', 'a Segment Anything model (SAM)'],
  ['sam2', 'a Segment Anything model (SAM)'],
  ['vitdet', 'a ViTDet'],
  ['vit_hybrid', 'a hybrid of a ResNet and a vision transformer'],
  ['yolos', 'a YOLOS detector'],
  ['videomae', 'a network for video'],
  ['vivit', 'a network for video'],
  ['timesformer', 'a network for video'],
  ['segformer', 'a SegFormer'],
  ['efficientnet', 'an EfficientNet'],
  ['bert', 'a language model'],
]);

/** Values of timm's `architecture`, for differences that the weights do not show. */
const ARCHITECTURES: Kinds = [
  [/^eva02|_rope|rope_|dinov3|^vit_pe_/, 'rotary positions (RoPE), by its configuration'],
  [/quickgelu/, 'another activation (QuickGELU), by its configuration'],
];

/** @param names all names of a file without a class token */
export function nothingMatched(
  names: readonly string[],
  label: string,
  modelType: string | undefined,
): StudioError {
  const kind =
    MODEL_TYPES.get(modelType ?? '') ??
    OTHER_KINDS.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  const what =
    names.length === 0
      ? 'holds no tensors'
      : kind === undefined
        ? `holds ${countOf(names.length, 'tensor')}, and none is one of a vision transformer: ${names.slice(0, 3).join(', ')}`
        : `holds the tensors of ${kind}. That is another kind of network`;
  return new StudioError('import-nothing-matched', `${label} ${what}.`, {
    advice:
      'Vision transformers with a class token can be used: ConMIM, BEiT, ViT, DeiT, MAE and DINOv2 of timm, transformers or torchvision.',
    details: { tensors: names.length, names: names.slice(0, 20) },
  });
}

/** @param names without the network's prefix @throws StudioError `import-unsupported` */
export function requireKnownParts(names: readonly string[]): void {
  const found = PARTS.flatMap(([pattern, words]) => {
    const its = names.filter((name) => pattern.test(name));
    return its.length === 0 ? [] : [{ words, its }];
  });
  if (found.length === 0) return;
  const tensors = found.flatMap(({ its }) => its);
  const some = found.map(({ words, its }) => `${words} (${someNames(its, 2)})`);
  throw unsupportedNetwork(some.join(' and '), { tensors });
}

/** @param config hints from `config.json` @throws StudioError `import-unsupported` */
export function requireKnownConfig({
  modelType,
  architecture,
}: {
  readonly modelType?: string | undefined;
  readonly architecture?: string | undefined;
}): void {
  const kind = MODEL_TYPES.get(modelType ?? '');
  if (kind !== undefined)
    throw new StudioError(
      'import-unsupported',
      `By its config.json (model_type "${modelType}") the network is ${kind}.`,
      { advice: ADVICE, details: { modelType } },
    );
  const part = ARCHITECTURES.find(([pattern]) => pattern.test(architecture ?? ''))?.[1];
  if (part !== undefined) throw unsupportedNetwork(part, { architecture });
}

const ADVICE =
  'This program computes vision transformers as BEiT has them: three channels, one class token, standard blocks.';

export function unsupportedNetwork(
  what: string,
  details: ErrorDetails<'import-unsupported'> = {},
): StudioError {
  return new StudioError('import-unsupported', `The network has ${what}.`, {
    advice: ADVICE,
    details,
  });
}
