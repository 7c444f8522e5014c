/** Calls about the devices of this machine. */
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import { findLauncher } from '../../collectives/launcher.ts';
import { defined } from '../../contract/defined.ts';
import { PRECISIONS } from '../../contract/precision.ts';
import type { StudioParts } from '../studio-parts.ts';
import type { CallsOf } from './calls.ts';

export function deviceCalls({ workspace, tools, autoDevice }: StudioParts): CallsOf<'devices'> {
  /** What starts several ranks on this machine, once it was looked for. */
  let launcher: ReturnType<typeof findLauncher> | undefined;
  return {
    async 'devices.list'() {
      const found = await tools.call('devices', {});
      for (const precision of PRECISIONS) {
        const chosen = found.chosenFor[precision] ?? found.chosen;
        if (chosen !== undefined) autoDevice[precision] = chosen.id;
      }
      const disk = await statfs(workspace).catch(() => undefined);
      launcher ??= findLauncher();
      const mpi = (await launcher)?.name;
      return {
        ...found,
        machine: {
          cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
          cores: os.availableParallelism(),
          memoryBytes: os.totalmem(),
          freeDiskBytes: disk === undefined ? 0 : Number(disk.bavail) * Number(disk.bsize),
          ...defined({ mpi }),
        },
      };
    },
  };
}
