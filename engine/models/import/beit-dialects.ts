/** Translation of a network's tensor names to ConMIM's, with the names in the file. */
import { getOrMake } from '../../contract/maps.ts';
import { fromHuggingFaceNames } from '../../formats/beit-names.ts';
import { type HostTensor, hostTensor, type NamedTensors } from '../../tensor/host-tensor.ts';
import type { ImportReport } from './import-report.ts';
import { type FoundNetwork, unwrapped } from './network-choice.ts';

export interface Translated {
  readonly names: ImportReport['names'];
  /** Common prefix of the names of the network's tensors. */
  readonly root: string;
  /** Tensors by ConMIM's names, where they have one. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Names in the file outside this network: another network, moments of the optimizer. */
  readonly others: readonly string[];
  /** Names in the file → names without the network's prefix, to identify parts. */
  readonly inside: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

const MOMENTS = /(^|\.)(exp_avg(_sq)?|momentum_buffer)\./;

/** @param roots prefixes of all networks among the tensors */
export function translate(
  given: NamedTensors,
  { root, names }: FoundNetwork,
  roots: readonly string[],
): Translated {
  const inside = new Map<string, string>();
  const others: string[] = [];
  const short = unwrapped(given.keys());
  const isOthers = (name: string) =>
    MOMENTS.test(name) ||
    roots.some((other) => other.length > 0 && other !== root && name.startsWith(other));
  for (const [name, plain] of short) {
    const ofInner = roots.some((other) => other.length > root.length && plain.startsWith(other));
    if (plain.startsWith(root) && !ofInner && !MOMENTS.test(plain)) {
      inside.set(name, plain.slice(root.length));
    } else if (isOthers(plain)) others.push(name);
  }
  // The head may be outside the prefix, as in transformers.
  const taken = new Set(inside.values());
  const set = new Set(others);
  for (const [name, plain] of short) {
    if (inside.has(name) || set.has(name)) continue;
    if (taken.has(plain)) others.push(name);
    else inside.set(name, plain);
  }
  const byName = new Map([...inside].map(([name, own]) => [own, given.get(name)!] as const));
  const { tensors, rename, notes } =
    names === 'huggingFace' ? fromHuggingFace(byName) : fromBeit(byName);
  const sources = new Map<string, string[]>();
  for (const [name, own] of inside)
    for (const target of rename(own))
      if (tensors.has(target)) getOrMake(sources, target, () => []).push(name);
  return { names, root, tensors, sources, others, inside, notes };
}

interface Dialect {
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** ConMIM's names of the tensors that contain a given one. */
  readonly rename: (name: string) => readonly string[];
  readonly notes: readonly string[];
}

function fromHuggingFace(given: NamedTensors): Dialect {
  const none: HostTensor = { dtype: 'f32', shape: [], data: new Float32Array(1) };
  return {
    tensors: fromHuggingFaceNames(given).tensors,
    notes: [],
    rename: (name) =>
      [...fromHuggingFaceNames(new Map([[name, none]])).tensors.keys()].map((target) =>
        target.replace(/\.attn\.(query|key|value)\.weight$/, '.attn.qkv.weight'),
      ),
  };
}

/** @source timm 1.0.31 models/vision_transformer.py: one bias for all three, layer scale as a module */
function fromBeit(given: NamedTensors): Dialect {
  const tensors = new Map<string, HostTensor>();
  let split = false;
  for (const [name, tensor] of given) {
    const targets = beitNames(name);
    if (targets.length === 1) tensors.set(targets[0]!, tensor);
    else {
      split = true;
      const length = tensor.data.length / 3;
      for (const [target, part] of [
        [targets[0]!, 0],
        [targets[1]!, 2],
      ] as const)
        tensors.set(
          target,
          hostTensor(
            tensor.dtype,
            [length],
            tensor.data.subarray(part * length, (part + 1) * length),
          ),
        );
    }
  }
  const notes = split
    ? [
        'The biases of keys are left out: they add the same to all scores of a query, which the softmax takes away.',
      ]
    : [];
  return { tensors, rename: beitNames, notes };
}

function beitNames(given: string): readonly string[] {
  const name = RENAMED.reduce((text, [pattern, to]) => text.replace(pattern, to), given);
  const bias = /^(blocks\.\d+\.attn\.)qkv\.bias$/.exec(name)?.[1];
  if (bias !== undefined) return [`${bias}q_bias`, `${bias}v_bias`];
  return [name];
}

/**
 * Renamings of equal parts.
 *
 * @source timm: layer scale as a module; DINOv2's training keeps blocks in chunks; torchvision 0.20
 *   models/vision_transformer.py
 */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/^(blocks\.\d+)\.ls([12])\.gamma$/, '$1.gamma_$2'],
  [/^blocks\.\d+\.(\d+)\./, 'blocks.$1.'],
  [/^class_token$/, 'cls_token'],
  [/^conv_proj\./, 'patch_embed.proj.'],
  [/^encoder\.pos_embedding$/, 'pos_embed'],
  [/^encoder\.ln\./, 'norm.'],
  [/^heads\.head\./, 'head.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\./, 'blocks.$1.'],
  [/^(blocks\.\d+)\.ln_([12])\./, '$1.norm$2.'],
  [/^(blocks\.\d+)\.self_attention\.in_proj_/, '$1.attn.qkv.'],
  [/^(blocks\.\d+)\.self_attention\.out_proj\./, '$1.attn.proj.'],
  [/^(blocks\.\d+)\.mlp\.(linear_1|0)\./, '$1.mlp.fc1.'],
  [/^(blocks\.\d+)\.mlp\.(linear_2|3)\./, '$1.mlp.fc2.'],
];
