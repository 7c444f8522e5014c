/** Select from a network's tensors those that a compiled module keeps. */
import { StudioError } from '../contract/errors.ts';
import type { Module } from '../ir/types.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';

/**
 * @param sourceOf name of a tensor of the module among the given tensors
 * @throws StudioError `weights-mismatch` when one is missing, or has another shape or dtype
 */
export function pickTensors(
  state: Module['state'],
  given: NamedTensors,
  sourceOf = (name: string) => name,
): Map<string, HostTensor<'f32'>> {
  return new Map(
    [...state].map(([name, { shape }]): [string, HostTensor<'f32'>] => {
      const tensor = given.get(sourceOf(name));
      if (tensor?.dtype === 'f32' && tensor.shape.join() === shape.join()) return [name, tensor];
      const problem = tensor === undefined ? 'is missing' : difference(tensor, shape);
      throw new StudioError(
        'weights-mismatch',
        `The weights do not fit the network: ${name} ${problem}.`,
        { advice: 'Use the recipe that the weights were trained with.' },
      );
    }),
  );
}

/** A description of how a tensor differs from the required one. */
export function difference({ dtype, shape }: HostTensor, wanted: readonly number[]): string {
  if (dtype !== 'f32') return `is ${dtype} and must be f32`;
  return `is [${shape.join(', ')}] and must be [${wanted.join(', ')}]`;
}
