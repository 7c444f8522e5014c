/**
 * Tensors of a file as ConMIM names them: which network of several, whose names, and what each tensor
 * is called in the file.
 *
 * Where the class token is, there is the network: what comes before its name comes before all of them.
 */
import { StudioError } from '../../contract/errors.ts';
import { fromHuggingFaceNames } from '../../formats/beit-names.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import type { ImportReport } from './import-report.ts';

export interface Translated {
  readonly names: ImportReport['names'];
  /** What the names of the network's tensors begin with. */
  readonly root: string;
  /** By ConMIM's names, as far as there are such. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** Of each of them, its names in the file. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Names in the file of what is not this network: another one, moments of the optimizer. */
  readonly others: readonly string[];
  /** Of names in the file, what is left without the network's prefix; for telling what they are. */
  readonly inside: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

const CLASS_TOKEN = /^(.*?)(embeddings\.)?cls_token$/;
const MOMENTS = /(^|\.)exp_avg(_sq)?\.$/;

/**
 * @throws StudioError `import-nothing-matched`, `import-ambiguous`
 */
export function translate(
  given: NamedTensors,
  network: 'teacher' | 'student',
  label: string,
): Translated {
  const { root, names, roots } = rootOf(given, network, label);
  const inside = new Map<string, string>();
  const others: string[] = [];
  for (const name of given.keys()) {
    if (name.startsWith(root)) inside.set(name, name.slice(root.length));
    else if (roots.some((other) => other !== '' && name.startsWith(other))) others.push(name);
  }
  // A head may be outside: transformers keeps it beside the trunk.
  const taken = new Set(inside.values());
  const set = new Set(others);
  for (const name of given.keys()) {
    if (inside.has(name) || set.has(name)) continue;
    if (taken.has(name)) others.push(name);
    else inside.set(name, name);
  }
  const byName = new Map([...inside].map(([name, short]) => [short, given.get(name)!] as const));
  const { tensors, rename, notes } =
    names === 'huggingFace' ? fromHuggingFace(byName) : fromBeit(byName);
  const sources = new Map<string, string[]>();
  for (const [name, short] of inside)
    for (const target of rename(short))
      if (tensors.has(target)) sources.set(target, [...(sources.get(target) ?? []), name]);
  const from = roots.length < 2 ? [] : [`The network is what begins with "${root}".`];
  return { names, root, tensors, sources, others, inside, notes: [...from, ...notes] };
}

interface Dialect {
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** ConMIM's names of what a tensor went into. */
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
        tensors.set(target, {
          ...tensor,
          shape: [length],
          data: tensor.data.subarray(part * length, (part + 1) * length),
        });
    }
  }
  const notes = split
    ? [
        'The biases of keys are left out: they add the same to all scores of a query, which the softmax takes away.',
      ]
    : [];
  return { tensors, rename: beitNames, notes };
}

function beitNames(name: string): readonly string[] {
  const bias = /^(blocks\.\d+\.attn\.)qkv\.bias$/.exec(name)?.[1];
  if (bias !== undefined) return [`${bias}q_bias`, `${bias}v_bias`];
  return [name.replace(/^(blocks\.\d+)\.ls([12])\.gamma$/, '$1.gamma_$2')];
}

function rootOf(given: NamedTensors, network: string, label: string) {
  const found = [...given.keys()]
    .map((name) => CLASS_TOKEN.exec(name))
    .filter((match) => match !== null);
  const roots = found.map((match) => match[1]!);
  const networks = found.filter((match) => !MOMENTS.test(match[1]!));
  const asked = networks.find((match) => match[1]!.endsWith(`${network}.`));
  const chosen = networks.length === 1 ? networks[0] : asked;
  if (chosen !== undefined) {
    const names = chosen[2] === undefined ? 'conmim' : 'huggingFace';
    return { root: chosen[1]!, names, roots } as const;
  }
  if (networks.length > 1)
    throw new StudioError(
      'import-ambiguous',
      `${label} holds ${networks.length} networks: ${networks.map((match) => match[1]!).join(', ')}.`,
      { advice: 'Save the one that is wanted to a file of its own.', details: { roots } },
    );
  throw nothingMatched(given, label);
}

/** What the first names of networks of other kinds look like. */
const OTHER_KINDS: readonly (readonly [RegExp, string])[] = [
  [/^layers\.\d+\.blocks\.\d+\./, 'a Swin transformer'],
  [/^(swin|swinv2)\./, 'a Swin transformer'],
  [/^layer1\.0\.conv1\.|^conv1\.weight$/, 'a ResNet'],
  [/^stages\.\d+\.blocks\.\d+\./, 'a ConvNeXt'],
  [/^(visual|text_model|vision_model)\./, 'a CLIP model'],
  [/^(adapter|lora_|base_model\.)/, 'a LoRA adapter'],
];

function nothingMatched(given: NamedTensors, label: string): StudioError {
  const names = [...given.keys()].map((name) => name.replace(/^(module|model)\./, ''));
  const kind = OTHER_KINDS.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  const what =
    given.size === 0
      ? 'holds no tensors'
      : kind === undefined
        ? `holds ${given.size} tensors, and none is one of a vision transformer: ${names.slice(0, 3).join(', ')}`
        : `holds the tensors of ${kind}, which is another kind of network`;
  return new StudioError('import-nothing-matched', `${label} ${what}.`, {
    advice:
      'Vision transformers with a class token can be used: ConMIM, BEiT of timm or transformers, ViT.',
    details: { tensors: given.size, names: names.slice(0, 20) },
  });
}
