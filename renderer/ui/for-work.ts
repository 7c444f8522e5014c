import type { Device } from '../../engine/contract/studio/index.ts';

/** Whether training may run on a device of its kind; the others are there for tests. */
export function isForWork({ kind }: Pick<Device, 'kind'>): boolean {
  return kind === 'cpu' || kind === 'gpu';
}
