import type { Command } from '../../command.ts';
import {
  LAUNCH_HELP,
  LAUNCH_OPTIONS,
  LAUNCH_POSITIONALS,
  readLaunchOrder,
  writeLaunched,
} from '../../launch/launch-order.ts';
import { slurmScript } from '../../launch/slurm.ts';

export const command: Command = {
  name: 'launch slurm',
  details: `It saves before the time limit, is put back into the queue, and resumes the same run. ${LAUNCH_HELP}`,
  positionals: LAUNCH_POSITIONALS,
  options: {
    'cpus-per-rank': { value: 'N', help: 'Cores of each process.' },
    'gpus-per-node': { value: 'N', help: 'GPUs of each machine.' },
    time: { value: 'TIME', help: 'Time limit as Slurm writes it, for example 24:00:00.' },
    partition: { value: 'NAME', help: 'Partition of the cluster.' },
    account: { value: 'NAME', help: 'Account that is charged.' },
    mpi: { value: 'pmix|pmi2', help: 'pmix for Open MPI (default), pmi2 for MPICH.' },
    ...LAUNCH_OPTIONS,
  },
  examples: [
    'conmim launch slurm --nodes 4 --ranks-per-node 2 --cpus-per-rank 16 --time 24:00:00 --out train.sh -- pretrain --data pictures --recipe small',
  ],
  async run(call) {
    const { args } = call;
    const text = slurmScript({
      ...(await readLaunchOrder(call)),
      cpusPerRank: args.integer('cpus-per-rank'),
      gpusPerNode: args.integer('gpus-per-node'),
      time: args.text('time'),
      partition: args.text('partition'),
      account: args.text('account'),
      mpi: args.choice('mpi', ['pmix', 'pmi2']) ?? 'pmix',
    });
    await writeLaunched(call, 'slurm', text, (file) => `Submit it with:\n  sbatch ${file}`);
  },
};
