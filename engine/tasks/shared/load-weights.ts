/**
 * Initialise a network with a head from the tensors of a trained network, and report the use of each.
 * @source fixtures of the authors' code, section 6 (`checkpoint_loading`)
 */
import { StudioError } from '../../contract/errors.ts';
import { adaptChannels } from '../../nn/adapt-channels.ts';
import { type ClassifierConfig, classifierParameters } from '../../nn/classifier.ts';
import type { ParameterSpec } from '../../nn/parameters.ts';
import { difference } from '../../nn/pick-tensors.ts';
import { relativePositionRows } from '../../nn/relative-position.ts';
import {
  type PatchGrid,
  resizePositionEmbedding,
  resizeRelativePositions,
} from '../../nn/resize-positions.ts';
import { gridOf, SHARED_TABLE, type VitConfig } from '../../nn/vit.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';

/** The use of the given tensors, by the network's names unless stated otherwise. */
export interface LoadReport {
  readonly loaded: readonly string[];
  /** Loaded after resizing to another grid of patches. */
  readonly resized: readonly string[];
  /** Loaded after a change from the channels of the given network to those of this one. */
  readonly adapted: readonly string[];
  /** Not given, or for another number of classes; these keep their initial values. */
  readonly leftAtStart: readonly string[];
  /** Given and not used, by their own names. */
  readonly unused: readonly string[];
}

const PATCH_WEIGHT = 'patch_embed.proj.weight';

/** A network that is to be initialised. */
export interface LoadedNetwork {
  readonly vit: VitConfig;
  readonly parameters: readonly ParameterSpec[];
  /** Names of tensors that may keep their initial values, since pre-training does not have them. */
  readonly mayStartAnew: RegExp;
}

/**
 * Replace tensors of `initial` by fitting ones of `given`.
 *
 * @param given   a network in ConMIM names, f32
 * @param from    its patch grid
 * @param initial all its initial tensors
 * @throws StudioError `weights-mismatch` when a tensor of the trunk is missing or has another size
 */
export function loadNetwork(
  given: NamedTensors,
  from: PatchGrid,
  { vit, parameters, mayStartAnew }: LoadedNetwork,
  initial: NamedTensors<'f32'>,
): { tensors: Map<string, HostTensor<'f32'>>; report: LoadReport } {
  const tensors = new Map(initial);
  const used = new Set<string>();
  const loaded: string[] = [];
  const resized: string[] = [];
  const adapted: string[] = [];
  const missing: string[] = [];
  const mismatched: string[] = [];
  for (const { name, shape } of parameters) {
    const source = sourceName(name, given);
    const tensor = given.get(source);
    if (tensor === undefined) {
      if (!mayStartAnew.test(name)) missing.push(name);
      continue;
    }
    const fitted = tensor.dtype === 'f32' ? fitTensor(name, tensor, from, vit) : undefined;
    if (fitted?.shape.join() !== shape.join()) {
      // A head for other classes is initialised anew.
      if (!name.startsWith('head.')) mismatched.push(`${name} ${difference(tensor, shape)}`);
      continue;
    }
    used.add(source);
    loaded.push(name);
    if (fitted !== tensor) (name === PATCH_WEIGHT ? adapted : resized).push(name);
    tensors.set(name, fitted);
  }
  if (missing.length > 0 || mismatched.length > 0) throw mismatch(missing, mismatched);
  const got = new Set(loaded);
  return {
    tensors,
    report: {
      loaded,
      resized,
      adapted,
      leftAtStart: [...initial.keys()].filter((name) => !got.has(name)),
      // Indices of token pairs follow from the grid and are not weights.
      unused: [...given.keys()].filter(
        (name) => !used.has(name) && !name.endsWith('relative_position_index'),
      ),
    },
  };
}

/** The same for a classifier. */
export function loadWeights(
  given: NamedTensors,
  from: PatchGrid,
  config: ClassifierConfig,
  initial: NamedTensors<'f32'>,
): ReturnType<typeof loadNetwork> {
  const parameters = classifierParameters(config);
  const network = { vit: config.vit, parameters, mayStartAnew: /^(head|fc_norm)\./ };
  return loadNetwork(given, from, network, initial);
}

/** A block's table is taken from the shared one where it has none of its own. */
function sourceName(name: string, given: NamedTensors): string {
  return name.endsWith('attn.relative_position_bias_table') && !given.has(name)
    ? SHARED_TABLE
    : name;
}

function fitTensor(
  name: string,
  tensor: HostTensor<'f32'>,
  from: PatchGrid,
  vit: VitConfig,
): HostTensor<'f32'> {
  if (name !== PATCH_WEIGHT) return fitGrid(name, tensor, from, vit);
  return tensor.shape.length === 4 ? (adaptChannels(tensor, vit.channels) ?? tensor) : tensor;
}

/** The tensor itself if it fits, else resized to the grid of `vit`. */
function fitGrid(
  name: string,
  tensor: HostTensor<'f32'>,
  from: PatchGrid,
  vit: VitConfig,
): HostTensor<'f32'> {
  const to = gridOf(vit);
  if (from.rows === to.rows && from.cols === to.cols) return tensor;
  const { data } = tensor;
  if (name.endsWith('relative_position_bias_table')) {
    if (tensor.shape[0] !== relativePositionRows(from.rows, from.cols)) return tensor;
    const heads = tensor.shape[1]!;
    const shape = [relativePositionRows(to.rows, to.cols), heads];
    return { dtype: 'f32', shape, data: resizeRelativePositions(data, heads, from, to) };
  }
  if (name === 'pos_embed') {
    if (tensor.shape[1] !== from.rows * from.cols + 1) return tensor;
    const width = tensor.shape[2]!;
    const resized = resizePositionEmbedding(data, width, from, to);
    return { dtype: 'f32', shape: [1, to.tokens, width], data: resized };
  }
  return tensor;
}

function mismatch(missing: readonly string[], mismatched: readonly string[]): StudioError {
  const first = mismatched[0] ?? `${missing[0]} is missing`;
  const more = missing.length + mismatched.length - 1;
  return new StudioError(
    'weights-mismatch',
    `The weights do not fit the network: ${first}${more > 0 ? `, and ${more} more` : ''}.`,
    {
      advice:
        'Leave embed_dim, depth, heads, mlp_ratio, layer_scale, rel_pos, abs_pos and patch_size as the weights have them.',
      details: { missing, mismatched },
    },
  );
}
