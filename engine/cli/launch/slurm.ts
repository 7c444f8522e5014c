/** A batch script for Slurm, which goes on with the run after it was put back into the queue. */
import { shellText } from '../../contract/shell-text.ts';
import { chooseLines, variableLines } from './go-on.ts';
import type { LaunchOrder } from './launch-order.ts';

export interface SlurmOrder extends LaunchOrder {
  readonly cpusPerRank: number | undefined;
  readonly gpusPerNode: number | undefined;
  /** As Slurm writes it, for example 24:00:00. */
  readonly time: string | undefined;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  /** How Slurm connects ranks: pmix for Open MPI, pmi2 for MPICH. */
  readonly mpi: 'pmix' | 'pmi2';
}

/** Until the end, for a step and a checkpoint. */
const SAVING_S = 300;
const MOST_RESTARTS = 5;

export function slurmScript(order: SlurmOrder): string {
  const { nodes, ranksPerNode, cpusPerRank, gpusPerNode, time, partition, account, name } = order;
  const directives = [
    `--job-name=${shellText([name])}`,
    `--nodes=${nodes}`,
    `--ntasks-per-node=${ranksPerNode}`,
    cpusPerRank && `--cpus-per-task=${cpusPerRank}`,
    gpusPerNode && `--gpus-per-node=${gpusPerNode}`,
    time && `--time=${time}`,
    partition && `--partition=${partition}`,
    account && `--account=${account}`,
    '--output=%x-%j.out',
  ].filter(Boolean);
  const cpus = cpusPerRank ? ` --cpus-per-task=${cpusPerRank}` : '';
  return `${[
    '#!/bin/bash',
    `# Trains with ${nodes * ranksPerNode} ranks on ${nodes} machines of a Slurm cluster; submit it by sbatch.`,
    '# All machines need the program, the images and the workspace under the same paths.',
    ...directives.map((each) => `#SBATCH ${each}`),
    `# ${SAVING_S} s before the time limit this script is told, saves, and goes back into the queue.`,
    `#SBATCH --signal=B:USR1@${SAVING_S}`,
    '# It may be put back into the queue, and then goes on and appends to its output.',
    '#SBATCH --requeue',
    '#SBATCH --open-mode=append',
    '',
    'set -u',
    ...variableLines(order, `${shellText([name])}-$SLURM_JOB_ID`),
    '# pmix belongs to Open MPI, pmi2 to MPICH; srun --mpi=list names what the cluster has.',
    `mpi=${order.mpi}`,
    `most_restarts=${MOST_RESTARTS}`,
    '',
    ...chooseLines(order),
    '',
    'stopping=',
    'stop_run() {',
    '  stopping=$1',
    '  echo "Slurm asks this job to end: the run is saved."',
    `  "\${conmim[@]}" stop "$name" --workspace "$workspace"`,
    '}',
    'trap "stop_run limit" USR1',
    '# scancel sends it, and Slurm before it preempts a job, which it requeues itself.',
    'trap "stop_run cancel" TERM',
    '',
    '# srun starts the ranks; where one fails, all end.',
    `srun --mpi="$mpi"${cpus} --kill-on-bad-exit=1 "\${conmim[@]}" "\${what[@]}" &`,
    'step=$!',
    'wait "$step"',
    'code=$?',
    '# A signal ends the first wait, not the step.',
    'if [ -n "$stopping" ]; then wait "$step"; code=$?; fi',
    '',
    '# After a failure there is something to resume where the run has begun. What scancel has ended stays',
    '# ended, also where it asked the ranks alone, whose exit code is then 143.',
    'goes_on() {',
    `  [ "$code" -ne 0 ] && [ "$code" -ne 143 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt "$most_restarts" ] &&`,
    `    "\${conmim[@]}" runs show "$name" --workspace "$workspace" > /dev/null 2>&1`,
    '}',
    'if [ "$stopping" = limit ] || { [ -z "$stopping" ] && goes_on; }; then',
    '  echo "Back into the queue, to resume from the last checkpoint."',
    '  scontrol requeue "$SLURM_JOB_ID"',
    '  code=0',
    'fi',
    'exit "$code"',
  ].join('\n')}\n`;
}
