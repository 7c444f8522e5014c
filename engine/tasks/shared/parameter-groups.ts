/**
 * Training of a classifier's parameters: whether they are trained, their share of the learning
 * rate, and weight decay.
 */
import type { LabelledValues } from '../../contract/settings/labelled.ts';
import type { GroupScalars } from '../../optim/adamw.ts';
import { decayed, layerDecayScales, layerId } from '../../optim/schedules.ts';

/** A `layer_decay` of 1 gives equal rates; `trained_blocks` is null where all blocks are trained. */
export type GroupRecipe = Pick<LabelledValues, 'depth' | 'layer_decay' | 'trained_blocks'>;

/** The optimizer group of a parameter; undefined for a frozen one. */
export function groupOf(
  { depth, layer_decay, trained_blocks }: GroupRecipe,
  name: string,
  shape: readonly number[],
): string | undefined {
  const layer = layerId(name, depth);
  if (trained_blocks !== null && layer <= depth - trained_blocks) return undefined;
  const kind = decayed(name, shape) ? 'decayed' : 'plain';
  return layer_decay === 1 ? kind : `layer${layer}.${kind}`;
}

/** Rate and decay of every group at one step. */
export function groupScalars(
  { depth, layer_decay }: GroupRecipe,
  { lr, weightDecay }: { readonly lr: number; readonly weightDecay: number },
): Record<string, GroupScalars> {
  if (layer_decay === 1) return { decayed: { lr, weightDecay }, plain: { lr, weightDecay: 0 } };
  return Object.fromEntries(
    layerDecayScales(layer_decay, depth).flatMap((scale, layer) => [
      [`layer${layer}.decayed`, { lr: lr * scale, weightDecay }],
      [`layer${layer}.plain`, { lr: lr * scale, weightDecay: 0 }],
    ]),
  );
}
