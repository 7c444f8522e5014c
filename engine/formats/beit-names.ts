/**
 * Conversion of tensor names of a network between ConMIM (those of the authors' BEiT code), timm
 * and Hugging Face.
 *
 * timm uses ConMIM's names for another selection of tensors. Hugging Face has other names, and
 * three matrices where the others have one for queries, keys and values. Rows are only copied, so
 * converting there and back gives the same bits. DINOv2 of transformers is the same network with
 * other names, which are read as well.
 *
 * @source timm 1.0.31 models/beit.py; transformers 5.23.0 models/beit and conversion_mapping.py,
 *   which still writes the names that all earlier versions read, as this module does
 */
import {
  bytesOf,
  HOST_ARRAYS,
  type HostTensor,
  hostTensor,
  type NamedTensors,
} from '../tensor/host-tensor.ts';

export interface RenamedTensors {
  readonly tensors: Map<string, HostTensor>;
  /** Names of tensors without a counterpart. */
  readonly dropped: readonly string[];
}

const SHARED_TABLE = 'rel_pos_bias.relative_position_bias_table';
const BLOCK_TABLE = 'attn.relative_position_bias_table';
/** Tensors for pre-training and its losses, or tensors that follow from the shapes. */
const NOT_THE_NETWORK =
  /^(mask_token$|projectors\.|lm_head\.)|relative_position_index$|num_batches_tracked$|\.k_bias$/;

/** A network as timm's BEiT: each block has its own table of relative positions. */
export function toTimmNames(tensors: NamedTensors): RenamedTensors {
  const kept = splitOff(tensors);
  const table = kept.tensors.get(SHARED_TABLE);
  if (table === undefined) return kept;
  kept.tensors.delete(SHARED_TABLE);
  for (let block = 0; block < blockCount(tensors); block++)
    kept.tensors.set(`blocks.${block}.${BLOCK_TABLE}`, table);
  return kept;
}

/**
 * A network of timm with ConMIM's names. Of a network with ConMIM's names, projector and mask token
 * are dropped.
 */
export function fromTimmNames(tensors: NamedTensors): RenamedTensors {
  return splitOff(tensors);
}

/** Tensors of UPerNet, which have the names of transformers' files here as well. */
const UPERNET = /^(fpn[12]|decode_head|auxiliary_head)\./;
const UPERNET_CLASSIFIER = 'decode_head.classifier.weight';

/**
 * A network as Hugging Face's BEiT: with a head as `BeitForImageClassification` or
 * `BeitForSemanticSegmentation`, whose trunk's names begin with `beit.`, else as `BeitModel`.
 */
export function toHuggingFaceNames(tensors: NamedTensors): RenamedTensors {
  const trunk = tensors.has('head.weight') || tensors.has(UPERNET_CLASSIFIER) ? 'beit.' : '';
  const found = new Map<string, HostTensor>();
  const dropped: string[] = [];
  for (const [name, tensor] of tensors) {
    const qkv = /^blocks\.(\d+)\.attn\.qkv\.weight$/.exec(name);
    if (qkv) {
      for (const [i, part] of ['query', 'key', 'value'].entries())
        found.set(
          `${trunk}${huggingFaceBlock(qkv[1]!)}attention.attention.${part}.weight`,
          rowsOf(tensor, i, 3),
        );
      continue;
    }
    const renamed = huggingFaceName(name);
    if (renamed === undefined) dropped.push(name);
    else
      found.set(
        /^classifier\./.test(renamed) || UPERNET.test(renamed) ? renamed : trunk + renamed,
        tensor,
      );
  }
  return { tensors: found, dropped };
}

/** A network of Hugging Face with ConMIM's names, from names of files or version 5's modules. */
export function fromHuggingFaceNames(tensors: NamedTensors): RenamedTensors {
  const found = new Map<string, HostTensor>();
  const dropped: string[] = [];
  for (const [given, tensor] of tensors) {
    const name = conmimName(given.replace(/^beit\./, ''));
    if (name === undefined) dropped.push(given);
    else found.set(name, tensor);
  }
  for (const name of [...found.keys()]) {
    const attention = /^(.+\.attn\.)query\.weight$/.exec(name)?.[1];
    if (attention === undefined) continue;
    const names = ['query', 'key', 'value'].map((part) => `${attention}${part}.weight`);
    const parts = names.flatMap((each) => found.get(each) ?? []);
    if (parts.length < names.length || parts.some(({ dtype }) => dtype !== parts[0]!.dtype))
      continue;
    found.set(`${attention}qkv.weight`, stackRows(parts));
    for (const each of names) found.delete(each);
  }
  return { tensors: found, dropped };
}

export function blockCount(tensors: NamedTensors): number {
  const blocks = [...tensors.keys()].map((name) =>
    Number(/^blocks\.(\d+)\./.exec(name)?.[1] ?? -1),
  );
  return Math.max(-1, ...blocks) + 1;
}

/** [ConMIM, Hugging Face's files, Hugging Face's modules from version 5], no `.weight`, `.bias`. */
const OUTSIDE: readonly (readonly [string, ...string[]])[] = [
  ['cls_token', 'embeddings.cls_token'],
  ['mask_token', 'embeddings.mask_token'],
  ['pos_embed', 'embeddings.position_embeddings'],
  ['patch_embed.proj', 'embeddings.patch_embeddings.projection'],
  [
    SHARED_TABLE,
    'encoder.relative_position_bias.relative_position_bias_table',
    'shared_position_bias.relative_position_bias_table',
  ],
  ['norm', 'layernorm'],
  ['fc_norm', 'pooler.layernorm'],
  ['head', 'classifier'],
];

/** The same for names within a block, after `blocks.#.` and `encoder.layer.#.` or `layers.#.`. */
const INSIDE: readonly (readonly [string, ...string[]])[] = [
  ['gamma_1', 'lambda_1'],
  ['gamma_2', 'lambda_2'],
  ['norm1', 'layernorm_before'],
  ['norm2', 'layernorm_after'],
  ['attn.q_bias', 'attention.attention.query.bias', 'attention.q_proj.bias'],
  ['attn.v_bias', 'attention.attention.value.bias', 'attention.v_proj.bias'],
  // Queries, keys and values are joined afterwards.
  ['attn.query', 'attention.attention.query', 'attention.q_proj'],
  ['attn.key', 'attention.attention.key', 'attention.k_proj'],
  ['attn.value', 'attention.attention.value', 'attention.v_proj'],
  [
    BLOCK_TABLE,
    'attention.attention.relative_position_bias.relative_position_bias_table',
    'relative_position_bias.relative_position_bias_table',
  ],
  ['attn.proj', 'attention.output.dense', 'attention.o_proj'],
  ['mlp.fc1', 'intermediate.dense'],
  ['mlp.fc2', 'output.dense'],
  ['mlp.fc1', 'mlp.fc1'],
  ['mlp.fc2', 'mlp.fc2'],
  // For DINOv2 only.
  ['gamma_1', 'layer_scale1.lambda1'],
  ['gamma_2', 'layer_scale2.lambda1'],
  ['norm1', 'norm1'],
  ['norm2', 'norm2'],
];

const TO_OUTSIDE = new Map(OUTSIDE.map(([conmim, files]) => [conmim, files!]));
const TO_INSIDE = new Map([...INSIDE].reverse().map(([conmim, files]) => [conmim, files!]));
const FROM_OUTSIDE = inverted(OUTSIDE);
const FROM_INSIDE = inverted(INSIDE);

function inverted(rows: typeof OUTSIDE): ReadonlyMap<string, string> {
  return new Map(rows.flatMap(([conmim, ...others]) => others.map((name) => [name, conmim])));
}

/** Look up the whole name, else the part before `.weight` and `.bias`. */
function lookUp(names: ReadonlyMap<string, string>, name: string): string | undefined {
  const whole = names.get(name);
  if (whole !== undefined) return whole;
  const [, stem, suffix] = /^(.+)\.(weight|bias)$/.exec(name) ?? [];
  const renamed = stem === undefined ? undefined : names.get(stem);
  return renamed === undefined ? undefined : `${renamed}.${suffix}`;
}

function huggingFaceBlock(block: string): string {
  return `encoder.layer.${block}.`;
}

function huggingFaceName(name: string): string | undefined {
  if (NOT_THE_NETWORK.test(name)) return undefined;
  if (UPERNET.test(name)) return name;
  const block = /^blocks\.(\d+)\.(.+)$/.exec(name);
  if (!block) return lookUp(TO_OUTSIDE, name);
  const inside = lookUp(TO_INSIDE, block[2]!);
  return inside === undefined ? undefined : huggingFaceBlock(block[1]!) + inside;
}

function conmimName(name: string): string | undefined {
  if (/relative_position_index$|num_batches_tracked$/.test(name)) return undefined;
  if (UPERNET.test(name)) return name;
  const block = /^(?:encoder\.layer|layers)\.(\d+)\.(.+)$/.exec(name);
  if (!block) return lookUp(FROM_OUTSIDE, name);
  const inside = lookUp(FROM_INSIDE, block[2]!);
  return inside === undefined ? undefined : `blocks.${block[1]}.${inside}`;
}

function splitOff(tensors: NamedTensors): { tensors: Map<string, HostTensor>; dropped: string[] } {
  const names = [...tensors.keys()];
  return {
    tensors: new Map([...tensors].filter(([name]) => !NOT_THE_NETWORK.test(name))),
    dropped: names.filter((name) => NOT_THE_NETWORK.test(name)),
  };
}

/** The `i`th of `count` equal parts of the rows; the data are shared. */
function rowsOf({ dtype, shape, data }: HostTensor, i: number, count: number): HostTensor {
  const length = data.length / count;
  const rows = data.subarray(i * length, (i + 1) * length);
  return hostTensor(dtype, [shape[0]! / count, ...shape.slice(1)], rows);
}

/** @param parts with equal dtypes */
function stackRows(parts: readonly HostTensor[]): HostTensor {
  const { dtype, shape } = parts[0]!;
  const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
  const data = new HOST_ARRAYS[dtype](parts.reduce((sum, part) => sum + part.data.length, 0));
  const bytes = bytesOf(data);
  let at = 0;
  for (const part of parts) {
    bytes.set(bytesOf(part.data), at);
    at += part.data.byteLength;
  }
  return hostTensor(dtype, [rows, ...shape.slice(1)], data);
}
