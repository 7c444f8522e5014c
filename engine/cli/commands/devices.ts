import type { Command } from '../command.ts';
import { table } from '../output.ts';

export const command: Command = {
  name: 'devices',
  summary: 'What this machine can train on, and why not on the rest.',
  positionals: [],
  options: {},
  async run({ out, parts }) {
    const devices = await parts.listDevices();
    for (const device of devices) out.record({ type: 'device', ...device });
    const rows = devices.map((device) => [
      device.id,
      device.available ? 'ready' : 'not available',
      device.available ? [device.name, device.detail].filter(Boolean).join(', ') : device.name,
    ]);
    out.result(table([['DEVICE', 'STATE', 'WHAT IT IS'], ...rows]));
    for (const device of devices) {
      if (!device.available && device.reason) out.result(`\n${device.id}: ${device.reason}`);
    }
    const first = devices.find(({ available }) => available);
    if (first !== undefined) out.result(`\n--device auto takes ${first.id}.`);
  },
};
