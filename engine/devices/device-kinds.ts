/** Names of devices that this program can compute on, whether this machine has them or not. */
import { EXECUTORS } from '../executors/devices.ts';

export async function deviceKinds(): Promise<string[]> {
  return EXECUTORS.flatMap(({ kinds }) => Object.keys(kinds));
}
