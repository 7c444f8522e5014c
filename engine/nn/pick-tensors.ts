/** From a network's tensors to those that a compiled module keeps. */
import { StudioError } from '../contract/errors.ts';
import type { Module } from '../ir/types.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';

/**
 * @param sourceOf what a tensor of the module is called among those given
 * @throws StudioError `weights-mismatch` when one is missing or of another shape
 */
export function pickTensors(
  state: Module['state'],
  given: NamedTensors,
  sourceOf = (name: string) => name,
): Map<string, HostTensor> {
  return new Map(
    [...state].map(([name, { shape }]): [string, HostTensor] => {
      const tensor = given.get(sourceOf(name));
      if (tensor?.shape.join() === shape.join()) return [name, tensor];
      const problem = tensor
        ? `is [${tensor.shape.join(', ')}] and must be [${shape.join(', ')}]`
        : 'is missing';
      throw new StudioError(
        'weights-mismatch',
        `The weights do not fit the network: ${name} ${problem}.`,
        { advice: 'Use the recipe that the weights were trained with.' },
      );
    }),
  );
}
