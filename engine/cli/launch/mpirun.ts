/** A script that starts ranks on machines that are listed, by mpirun over ssh. */
import type { MpiFamily } from '../../collectives/launched.ts';
import { chooseLines, variableLines } from './go-on.ts';
import type { LaunchOrder } from './launch-order.ts';

export interface MpirunOrder extends LaunchOrder {
  readonly hosts: readonly string[];
  readonly family: MpiFamily;
}

export function mpirunScript(order: MpirunOrder): string {
  const { hosts, ranksPerNode, family } = order;
  const ranks = hosts.length * ranksPerNode;
  const [launcher, why] =
    family === 'open-mpi'
      ? [
          `mpirun -n ${ranks} --host ${hosts.map((host) => `${host}:${ranksPerNode}`).join(',')} --bind-to none`,
          '# Not bound: Open MPI would give each rank one core.',
        ]
      : [
          `mpirun -n ${ranks} -ppn ${ranksPerNode} -hosts ${hosts.join(',')}`,
          '# MPICH takes the machines in this order.',
        ];
  return `${[
    '#!/bin/bash',
    `# Trains with ${ranks} ranks on ${hosts.join(', ')}; start it on the first of them.`,
    '# It needs ssh without a password to the others, and on all machines the program and the images',
    '# under the same paths; the first one needs the workspace.',
    'set -u',
    ...variableLines(order),
    '',
    ...chooseLines(order),
    '',
    '# To save and end it: conmim stop with the name of the run. Ctrl-C may end the ranks before they',
    '# have saved.',
    why,
    `exec ${launcher} "\${conmim[@]}" "\${what[@]}"`,
  ].join('\n')}\n`;
}
