/** A linear probe as a classifier: the trunk up to the chosen block, its norm, and the head. */
import type { FeaturePlace } from '../../features/features.ts';
import { type ClassifierConfig, classifierParameters } from '../../nn/classifier.ts';
import { float32State } from '../../nn/parameters.ts';
import { pickTensors } from '../../nn/pick-tensors.ts';
import type { VitConfig } from '../../nn/vit.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';

/**
 * The classifier that applies the head to the features of that place.
 *
 * @param network the network of the features
 * @param head    `head.weight` [classes, width] and `head.bias` [classes]
 * @throws StudioError `weights-mismatch`
 */
export function probeClassifier(
  vit: VitConfig,
  network: NamedTensors,
  { layer, pooling }: FeaturePlace,
  head: NamedTensors,
): { config: ClassifierConfig; tensors: Map<string, HostTensor<'f32'>> } {
  const classes = head.get('head.bias')!.shape[0]!;
  const config = { vit: { ...vit, depth: layer }, classes, pooling, headScale: 1 };
  const given = new Map([...network, ...head]);
  const state = float32State(classifierParameters(config));
  const tensors = pickTensors(state, given, (name) => normOf(name, network));
  return { config, tensors };
}

/** Name of the norm in the network, where it may differ from the classifier's. */
function normOf(name: string, network: NamedTensors): string {
  const part = /^(?:fc_)?norm\.(.*)$/.exec(name)?.[1];
  if (part === undefined) return name;
  return network.has(`norm.${part}`) ? `norm.${part}` : `fc_norm.${part}`;
}
