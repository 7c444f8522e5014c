/** The address that opens Fine-tune on a data set, with a network if one is meant. */
import type { Which } from './which-network.tsx';

export interface StartNetwork {
  readonly from: string;
  readonly network?: Which['network'] | undefined;
}

export function finetuneAddress(set: string, start?: StartNetwork): string {
  const address = `/finetune/on/${encodeURIComponent(set)}`;
  if (start === undefined) return address;
  const { from, network } = start;
  return `${address}?${new URLSearchParams({ from, ...(network && { network }) })}`;
}

/** @param given the query of the address */
export function readStartNetwork(given: URLSearchParams): StartNetwork | undefined {
  const [from, network] = [given.get('from') ?? '', given.get('network')];
  if (from === '') return undefined;
  return network === 'teacher' || network === 'student' ? { from, network } : { from };
}
