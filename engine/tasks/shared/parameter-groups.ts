/**
 * Training of a classifier's parameters: whether they are trained, their share of the learning
 * rate, and weight decay.
 */
import type { LabelledValues } from '../../contract/settings/labelled.ts';
import type { GroupScalars } from '../../optim/adamw.ts';
import { decayed, layerDecayScales, layerId } from '../../optim/schedules.ts';

export interface GroupRules {
  readonly depth: number;
  /** 1 for equal rates */
  readonly layerDecay: number;
  /** number of last blocks that are trained, with what follows them; null for all */
  readonly trainedBlocks: number | null;
}

export function groupRules(
  recipe: Pick<LabelledValues, 'depth' | 'layer_decay' | 'trained_blocks'>,
): GroupRules {
  return {
    depth: recipe.depth,
    layerDecay: recipe.layer_decay,
    trainedBlocks: recipe.trained_blocks,
  };
}

/** The optimizer group of a parameter; undefined for a frozen one. */
export function groupOf(
  { depth, layerDecay, trainedBlocks }: GroupRules,
  name: string,
  shape: readonly number[],
): string | undefined {
  const layer = layerId(name, depth);
  if (trainedBlocks !== null && layer <= depth - trainedBlocks) return undefined;
  const kind = decayed(name, shape) ? 'decayed' : 'plain';
  return layerDecay === 1 ? kind : `layer${layer}.${kind}`;
}

/** Rate and decay of every group at one step. */
export function groupScalars(
  { depth, layerDecay }: GroupRules,
  lr: number,
  weightDecay: number,
): Record<string, GroupScalars> {
  if (layerDecay === 1) return { decayed: { lr, weightDecay }, plain: { lr, weightDecay: 0 } };
  return Object.fromEntries(
    layerDecayScales(layerDecay, depth).flatMap((scale, layer) => [
      [`layer${layer}.decayed`, { lr: lr * scale, weightDecay }],
      [`layer${layer}.plain`, { lr: lr * scale, weightDecay: 0 }],
    ]),
  );
}
