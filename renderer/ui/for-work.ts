import type { Device } from '../../engine/contract/studio/index.ts';

/** Whether devices of this kind are for training; the others are for checks, and no form offers them. */
export function isForWork({ kind }: Pick<Device, 'kind'>): boolean {
  return kind === 'cpu' || kind === 'gpu';
}
