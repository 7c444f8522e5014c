/** Names, shapes and initialisation of a network's tensors. */
import { state } from '../ir/builder.ts';
import type { Node, Shape, TensorType } from '../ir/types.ts';

/**
 * Initialisation of a tensor. `depthScale` divides by sqrt(2·depthScale), for outputs of residual
 * branches of deep blocks. `scale` multiplies, for a head with small initial values.
 */
export type Initialiser =
  | { readonly kind: 'truncatedNormal'; readonly depthScale?: number; readonly scale?: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'relativePositions' };

export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly init: Initialiser;
}

/** A network's tensors by name, as inputs of a graph. */
export type Parameters = (name: string) => Node;

/** A module's state of these tensors. */
export function float32State(
  tensors: readonly Pick<ParameterSpec, 'name' | 'shape'>[],
): Map<string, TensorType> {
  return new Map(tensors.map(({ name, shape }) => [name, { dtype: 'f32', shape }]));
}

/** Inputs for the tensors of `specs`, which the module keeps as state under `prefix`. */
export function stateParameters(prefix: string, specs: readonly ParameterSpec[]): Parameters {
  const nodes = new Map(specs.map(({ name, shape }) => [name, state(prefix + name, shape)]));
  return (name) => {
    const node = nodes.get(name);
    if (!node) throw new Error(`the network has no tensor ${name}`);
    return node;
  };
}

export const zeros: Initialiser = { kind: 'constant', value: 0 };
export const ones: Initialiser = { kind: 'constant', value: 1 };
export const truncatedNormal: Initialiser = { kind: 'truncatedNormal' };
