import { usageError } from '../../contract/usage-error.ts';
import type { Command } from '../command.ts';
import { commandTableOf } from '../find-command.ts';

const subcommands = commandTableOf({
  slurm: {
    summary: 'A batch script for Slurm, which goes on after it was put back into the queue.',
    load: () => import('./launch/slurm.ts'),
  },
  kubeflow: {
    summary: 'A manifest of a Kubeflow MPIJob.',
    load: () => import('./launch/kubeflow.ts'),
  },
  mpirun: {
    summary: 'A script that starts ranks on listed machines, over ssh.',
    load: () => import('./launch/mpirun.ts'),
  },
});

export const command: Command = {
  name: 'launch',
  details: 'Where it is to run is named by a further word. Nothing is started.',
  positionals: [],
  options: {},
  subcommands,
  examples: [
    'conmim launch slurm --nodes 4 --out train.sh -- pretrain --data pictures --recipe small',
  ],
  async run() {
    throw usageError(`A further word is missing: ${subcommands.names.join(', ')}.`);
  },
};
