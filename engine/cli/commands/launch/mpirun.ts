import { usageError } from '../../../contract/usage-error.ts';
import type { Command } from '../../command.ts';
import {
  LAUNCH_HELP,
  LAUNCH_OPTIONS,
  LAUNCH_POSITIONALS,
  readLaunchOrder,
  writeLaunched,
} from '../../launch/launch-order.ts';
import { mpirunScript } from '../../launch/mpirun.ts';

const { nodes: _, ...options } = LAUNCH_OPTIONS;

export const command: Command = {
  name: 'launch mpirun',
  details: LAUNCH_HELP,
  positionals: LAUNCH_POSITIONALS,
  options: {
    hosts: { value: 'HOST,HOST…', help: 'The machines; the first one keeps the run.' },
    mpi: { value: 'open-mpi|mpich', help: 'Whose mpirun it is (default open-mpi).' },
    ...options,
  },
  examples: [
    'conmim launch mpirun --hosts node1,node2 --out train.sh -- pretrain --data pictures --recipe small',
  ],
  async run(call) {
    const { args } = call;
    const hosts = args.need('hosts', 'HOST,HOST…').split(',');
    if (hosts.some((host) => !/^[\w.-]+$/.test(host)))
      throw usageError(`--hosts "${args.text('hosts')}" holds what is no name of a machine.`);
    const text = mpirunScript({
      ...(await readLaunchOrder(call)),
      hosts,
      family: args.choice('mpi', ['open-mpi', 'mpich']) ?? 'open-mpi',
    });
    await writeLaunched(call, 'mpirun', text, (file) => `Start it with:\n  bash ${file}`);
  },
};
