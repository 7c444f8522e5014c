/** Attention maps as the studio sent them, made ready for drawing. */
import {
  chosenMap,
  factsOfMap,
  type ImageAttention,
} from '../../../../engine/contract/attention.ts';
import { npyHeader } from '../../../../engine/contract/npy-header.ts';
import type { Attention } from '../../../../engine/contract/studio/index.ts';

export interface ShownNetwork extends Omit<Attention['networks'][number], 'attention' | 'rollout'> {
  /** From 1; two of them may have the same name. */
  readonly number: number;
  /** [images, blocks, heads, rows, cols] */
  readonly attention: Float32Array<ArrayBuffer>;
  /** [images, blocks, rows, cols] */
  readonly rollout: Float32Array<ArrayBuffer>;
}

export interface ShownAttention {
  readonly images: readonly string[];
  readonly networks: readonly ShownNetwork[];
}

export function shownAttention({ images, networks }: Attention): ShownAttention {
  return {
    images,
    networks: networks.map((network, i) => ({
      ...network,
      number: i + 1,
      attention: numbersOf(network.attention),
      rollout: numbersOf(network.rollout),
    })),
  };
}

function numbersOf(base64: string): Float32Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** Which maps are looked at. */
export interface AttentionView {
  /** From 1; networks with fewer blocks show their last one. */
  readonly block: number;
  /** from 0 */
  readonly head: number | 'mean';
  readonly rollout: boolean;
  /** percent */
  readonly opacity: number;
}

export interface ShownMap {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float32Array;
  /** from 1 */
  readonly block: number;
  /** What it shows, for people. */
  readonly what: string;
  readonly peak: number;
}

/** @returns undefined where the network has no such head */
export function shownMap(
  network: ShownNetwork,
  image: number,
  { block: wanted, head, rollout }: AttentionView,
): ShownMap | undefined {
  const { blocks, heads, rows, cols } = network;
  if (!rollout && head !== 'mean' && head >= heads) return undefined;
  const block = Math.min(wanted, blocks);
  const of = rollout ? 'rollout' : head;
  const values = chosenMap(imageOf(network, image), { block: block - 1, of });
  const name =
    of === 'rollout' ? 'rollout' : of === 'mean' ? 'mean of the heads' : `head ${of + 1}`;
  return {
    rows,
    cols,
    values,
    block,
    what: `block ${block}, ${name}`,
    peak: factsOfMap(values).peak,
  };
}

function imageOf(network: ShownNetwork, image: number): ImageAttention {
  const { pictures, blocks, heads, rows, cols, attention, rollout } = network;
  const part = (all: Float32Array) => {
    const size = all.length / pictures.length;
    return all.subarray(image * size, (image + 1) * size);
  };
  return { blocks, heads, rows, cols, attention: part(attention), rollout: part(rollout) };
}

/** All maps of a network as a NumPy file. */
export function attentionNpy(network: ShownNetwork, of: 'attention' | 'rollout'): Blob {
  const { pictures, blocks, heads, rows, cols } = network;
  const inner = of === 'attention' ? [blocks, heads, rows, cols] : [blocks, rows, cols];
  return new Blob([npyHeader('<f4', [pictures.length, ...inner]), network[of]]);
}
