/** What this machine can train on, and what `auto` makes of it. */
import type { DeviceList } from '../contract/tools.ts';
import { listDevices } from '../executors/devices.ts';
import type { Device } from '../executors/executor.ts';

export async function describeDevices(
  list: () => Promise<readonly Device[]> = listDevices,
): Promise<DeviceList> {
  const devices = await list();
  // As openDevice takes it.
  const chosen = devices.find(({ available }) => available);
  const shown = devices.map((device) => ({ ...device }));
  if (chosen === undefined) return { devices: shown };
  return { devices: shown, chosen: { id: chosen.id, reason: reasonFor(chosen, devices) } };
}

function reasonFor(chosen: Device, devices: readonly Device[]): string {
  const better = devices.slice(0, devices.indexOf(chosen));
  if (better.length > 0) {
    const names = better.map(({ name }) => name).join(', ');
    return `${chosen.name} is the fastest that can be used; faster ones cannot: ${names}.`;
  }
  const others = devices.filter(({ available, id }) => available && id !== chosen.id);
  return others.length > 0
    ? `${chosen.name} is the fastest of what can be used here.`
    : `${chosen.name} is the only one that can be used here.`;
}
