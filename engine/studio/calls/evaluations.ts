/** Calls about evaluations, of jobs and of runs. */
import path from 'node:path';
import type { InputOf } from '../../contract/studio/api.ts';
import { folderOf, readEvaluation, readNeighbours } from '../results/evaluations.ts';
import type { StudioParts } from '../studio-parts.ts';
import type { CallsOf } from './calls.ts';

export function evaluationCalls({ jobs, runs, tools, named }: StudioParts): CallsOf<'evaluations'> {
  const evaluationOf = (evaluated: InputOf<'evaluations.get'>) =>
    folderOf(evaluated, { jobs: (id) => jobs.get(id).job, runs });
  const tableOf = async (evaluated: InputOf<'evaluations.get'>) =>
    path.join(await evaluationOf(evaluated), 'predictions.csv');
  return {
    async 'evaluations.get'(evaluated) {
      const found = await readEvaluation(await evaluationOf(evaluated));
      named.add((found.mistakes ?? []).flatMap(({ path: shown }) => shown ?? []));
      return found;
    },
    async 'evaluations.images'({ job, run, ...order }) {
      const file = await tableOf({ job, run });
      return named.addItems(await tools.call('evaluatedImages', { ...order, file }));
    },
    async 'evaluations.mistakes'({ job, run, ...order }) {
      const file = await tableOf({ job, run });
      return named.addItems(await tools.call('labelMistakes', { ...order, file }));
    },
    async 'evaluations.neighbours'({ job, ...page }) {
      const found = await readNeighbours(await evaluationOf({ job }), page);
      for (const { path: query, neighbours } of found.queries)
        named.add([query, ...neighbours.map((neighbour) => neighbour.path)]);
      return found;
    },
  };
}
