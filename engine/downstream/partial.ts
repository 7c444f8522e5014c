/**
 * Partial fine-tuning: the score by the number of last blocks that are tuned, of a pre-trained network and
 * of the same network untrained.
 *
 * @source K. He et al., Masked Autoencoders Are Scalable Vision Learners (CVPR 2022); figure 5 of ConMIM
 */
import { type TunedBlocks, tunedModes, usualTunedBlocks } from '../contract/tuned-blocks.ts';
import { openModel } from '../models/open-model.ts';
import { type CompareOrder, compare } from './compare.ts';
import { type PartialCurve, partialCurve } from './partial-curve.ts';
import { writePartial } from './partial-files.ts';

export interface PartialOrder extends Omit<CompareOrder, 'fractions' | 'modes'> {
  /** As usual for the depth of the network if left out. */
  readonly blocks?: readonly TunedBlocks[] | undefined;
}

export interface PartialResult {
  readonly curve: PartialCurve;
  readonly files: readonly string[];
}

/** @throws StudioError those of `compare`; errors of opening models */
export async function partial(order: PartialOrder, train = compare): Promise<PartialResult> {
  const { blocks, ...rest } = order;
  const { reference, ...which } = order.from;
  const { model } = await openModel(reference, { workspace: order.workspace, ...which });
  const { depth } = model.vit;
  const modes = tunedModes(blocks ?? usualTunedBlocks(depth), depth);
  const comparison = await train({ ...rest, fractions: [1], modes });
  const curve = partialCurve(comparison, depth);
  return { curve, files: await writePartial(order.out, curve) };
}
