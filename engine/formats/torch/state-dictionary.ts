/** The tensors of a state dictionary, by names of parameters and buffers. */
import { StudioError } from '../../contract/errors.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { isDictionary, isTensor, type TorchValue } from './values.ts';

export interface StateDictionary {
  /** In the order of the file. */
  readonly tensors: Map<string, HostTensor>;
  /** Keys whose values are not tensors, such as step counters or nested dictionaries. */
  readonly others: readonly string[];
}

/** @param label the input in errors @throws StudioError `checkpoint-invalid` for no dictionary */
export function collectTensors(value: TorchValue, label = 'The checkpoint'): StateDictionary {
  if (!isDictionary(value)) {
    throw new StudioError(
      'checkpoint-invalid',
      `${label} does not hold a dictionary of tensors where one is due.`,
      { advice: 'Save the state dictionary of the network, not the network itself.' },
    );
  }
  const tensors = new Map<string, HostTensor>();
  const others: string[] = [];
  for (const [key, each] of value) {
    if (isTensor(each)) tensors.set(key, each);
    else others.push(key);
  }
  return { tensors, others };
}
