import { usageError } from '../../contract/usage-error.ts';
import type { Command } from '../command.ts';
import { commandTableOf } from '../find-command.ts';

const subcommands = commandTableOf({
  learning: {
    summary: 'Show what a pre-training measured of its learning, and its alarms.',
    load: () => import('./insight/learning.ts'),
  },
  lookup: {
    summary: 'Find the patches of a data set that are most similar to one of an image.',
    load: () => import('./insight/lookup.ts'),
  },
  map: {
    summary: 'Lay images out on a map, by the features of a run.',
    load: () => import('./insight/map.ts'),
  },
  student: {
    summary: 'Show what the student of a pre-training saw, and which patches it took.',
    load: () => import('./insight/student.ts'),
  },
  attention: {
    summary: 'Draw which patches the class token attends to, beside other networks.',
    load: () => import('./insight/attention.ts'),
  },
  partial: {
    summary: 'Tune more and more blocks on labels, beside the untrained network.',
    load: () => import('./insight/partial.ts'),
  },
});

export const command: Command = {
  name: 'insight',
  details: 'What is shown is named by a further word.',
  positionals: [],
  options: {},
  subcommands,
  examples: ['conmim insight learning holiday --png learning.png'],
  async run() {
    throw usageError(`A further word is missing: ${subcommands.names.join(', ')}.`);
  },
};
