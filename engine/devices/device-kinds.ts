/** Names of devices that this program can train on, whether this machine has them or not. */
import { EXECUTORS } from '../executors/devices.ts';

export async function deviceKinds(): Promise<string[]> {
  const kinds = EXECUTORS.flatMap(({ kinds }) =>
    Object.entries(kinds).flatMap(([name, { isForChecks }]) => (isForChecks ? [] : name)),
  );
  return [...new Set(kinds)];
}
