/** Calls about predictions of jobs: pages of them, and what is made of them. */
import path from 'node:path';
import { readPredictionJob, savedObjectsPath } from '../results/prediction-job.ts';
import type { StudioParts } from '../studio-parts.ts';
import type { CallsOf } from './calls.ts';

export function predictionCalls({
  jobs,
  labels,
  tools,
  named,
}: StudioParts): CallsOf<'predictions'> {
  const predictionsOf = (job: string) => readPredictionJob(jobs.get(job));
  return {
    async 'predictions.get'({ job, set, ...order }) {
      const { file, several, leftOut } = await predictionsOf(job);
      const labelled = set === undefined ? undefined : labels.fileOf(set);
      const input = { ...order, file, several, labels: labelled };
      const page = named.addItems(await tools.call('predictions', input));
      return { ...page, several, leftOut };
    },
    async 'predictions.dense'({ job, ...order }) {
      const { folder, leftOut } = await predictionsOf(job);
      const page = await tools.call('densePredictions', { ...order, folder });
      named.add(page.items.flatMap((item) => [item.path, item.overlay ?? []].flat()));
      return { ...page, leftOut };
    },
    async 'predictions.mask'({ job, ...order }) {
      const { folder } = await predictionsOf(job);
      return tools.call('maskPicture', { ...order, folder });
    },
    async 'predictions.objects'({ job, ...filter }) {
      const { leftOut, objects } = await predictionsOf(job);
      const order = { ...filter, file: objects.file, classes: objects.classes };
      const page = named.addItems(await tools.call('objectPredictions', order));
      return { ...page, leftOut };
    },
    async 'predictions.save'({ job, ...filter }) {
      const { objects } = await predictionsOf(job);
      const target = savedObjectsPath(path.dirname(objects.file), filter);
      const order = { ...filter, ...objects, target };
      return { path: target, ...(await tools.call('saveObjects', order)) };
    },
    async 'predictions.label'({ job, set, rows }) {
      const { file, several } = await predictionsOf(job);
      return labels.label(set, { file, several, rows });
    },
  };
}
