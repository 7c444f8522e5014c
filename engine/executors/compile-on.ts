/** Compile a module for a device that is given by name. */
import type { Precision } from '../contract/precision.ts';
import type { Entries, Module } from '../ir/types.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import type { Program } from './executor.ts';
import { needPrecision, openDevice } from './open-device.ts';
import { orRelease } from './release-all.ts';

/** @throws StudioError `device-unknown`, `device-unavailable`, `precision-unavailable` */
export async function compileOn<E extends Entries>(
  module: Module<E>,
  {
    device,
    precision,
    threads,
    state,
  }: {
    readonly device?: string | undefined;
    readonly precision: Precision;
    readonly threads?: number | undefined;
    readonly state: NamedTensors;
  },
): Promise<Program<E>> {
  const { executor, id } = needPrecision(await openDevice(device), precision);
  const program = await executor.compile(module, {
    device: id,
    precision,
    ...(threads === undefined ? {} : { threads }),
  });
  return orRelease(program, () => program.writeState(state));
}
