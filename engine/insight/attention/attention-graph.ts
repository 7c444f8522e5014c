/**
 * Where the class token looks: its attention to the patches in each block and head, and attention
 * rollout.
 *
 * @source S. Abnar, W. Zuidema, Quantifying Attention Flow in Transformers (ACL 2020): attention of
 *   a block is the mean over its heads, averaged with the identity for the residual connection, and
 *   the matrices of the blocks are multiplied.
 */
import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Module, Node } from '../../ir/types.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { float32State, stateParameters } from '../../nn/parameters.ts';
import { Taps } from '../../nn/taps.ts';
import { trunkForward, type VitConfig, vitParameters } from '../../nn/vit.ts';

/**
 * The module of a trunk with the results `heads` [B, blocks, H, N], probabilities of the patches for
 * the class token, and `rollout` [B, blocks, N], where block b is the product of the blocks up to it.
 *
 * @param B images of a pass
 */
export function attentionModule(vit: VitConfig, B: number) {
  const specs = vitParameters(vit, { maskToken: false, norm: false });
  const images = ir.feed('images', [B, ...imageShape(vit)]);
  const names = Array.from({ length: vit.depth }, (_, i) => `blocks.${i}.attn.probs`);
  const taps = Taps.of(names);
  trunkForward(stateParameters('', specs), images, vit, { taps });
  const probs = taps.results().map(({ node }) => node);
  return {
    state: float32State(specs),
    entries: {
      main: entry('attention', {
        feeds: { images },
        results: { heads: byBlock(probs.map(ofClassToken)), rollout: rollout(probs) },
      }),
    },
  } satisfies Module;
}

/** @param probs per block, [B, H, T, T] @returns [B, blocks, N] */
export function rollout(probs: readonly Node[]): Node {
  let product: Node | undefined;
  const rows = probs.map((each) => {
    const block = withResidual(each);
    product = product === undefined ? block : ir.matmul(block, product);
    return ofClassToken(product);
  });
  return byBlock(rows);
}

/** @param probs [B, H, T, T] @returns [B, T, T], rows of which add up to 1 */
function withResidual(probs: Node): Node {
  const T = probs.shape[3]!;
  const identity = new Float32Array(T * T);
  for (let i = 0; i < T; i++) identity[i * T + i] = 1;
  return ir.mul(ir.add(ir.mean(probs, [1]), ir.constant(identity, [T, T])), 0.5);
}

/** The first row without its first column. @param x [..., T, T] @returns [..., N] */
function ofClassToken(x: Node): Node {
  const T = x.shape.at(-1)!;
  const outer = x.shape.slice(0, -2);
  const rows = x.shape.length - 2;
  return ir.reshape(ir.slice(ir.slice(x, rows, 0, 1), rows + 1, 1, T), [...outer, T - 1]);
}

/** @param each per block, [B, ...] @returns [B, blocks, ...] */
function byBlock(each: readonly Node[]): Node {
  return ir.concat(
    each.map((x) => ir.reshape(x, [x.shape[0]!, 1, ...x.shape.slice(1)])),
    1,
  );
}
