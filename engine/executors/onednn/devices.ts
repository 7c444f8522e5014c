/** The CPU through oneDNN: instruction set and precisions, or why it is not available. */
import os from 'node:os';
import { PROCESSOR_BY_EXECUTOR } from '../../contract/device.ts';
import { computeThreads } from '../../platform/threads.ts';
import type { Device, DeviceTraits, Executor } from '../executor.ts';
import { findOneDnn, type NoLibrary, type OneDnn } from './library.ts';

export const ONEDNN_DEVICE = PROCESSOR_BY_EXECUTOR.onednn;

export const ONEDNN_TRAITS: Readonly<Record<string, DeviceTraits>> = {
  cpu: { computesOn: 'processor' },
};

export const ONEDNN_DEVICES: Executor['devices'] = {
  cpu: async () => [onednnDevice(findOneDnn())],
};

export function onednnDevice(found: OneDnn | NoLibrary): Device {
  const model = os.cpus()[0]?.model.trim() ?? 'CPU';
  const common = {
    id: ONEDNN_DEVICE,
    executor: 'onednn',
    kind: 'cpu',
  } as const;
  if ('reason' in found)
    return {
      ...common,
      precisions: ['float32'],
      name: `${model} through oneDNN`,
      available: false,
      ...found,
    };
  const { withoutBfloat16: without } = found;
  return {
    ...common,
    precisions: without === undefined ? ['float32', 'bfloat16'] : ['float32'],
    ...(without === undefined ? {} : { lacks: { bfloat16: without } }),
    name: `${model} through oneDNN ${found.version}`,
    available: true,
    detail: `${computeThreads()} threads, ${found.instructionSet}`,
  };
}
