/** Calls about data sets, their images, and images that were prepared of them. */
import { listPrepared, removePrepared } from '../../data/preparing/prepared-store.ts';
import type { StudioParts } from '../studio-parts.ts';
import { type CallsOf, done } from './calls.ts';

export function datasetCalls({
  workspace,
  datasets,
  runs,
  tools,
  named,
}: StudioParts): CallsOf<'datasets' | 'prepared'> {
  return {
    'datasets.list': () => datasets.list(),
    'datasets.add': (order) => datasets.add(order),
    'datasets.rename': ({ id, name }) => datasets.rename(id, name),
    'datasets.readLabels': ({ id, dense }) => datasets.readLabels(id, dense),
    'datasets.divide': ({ id, ...division }) => datasets.divide(id, division),
    async 'datasets.exclude'({ id, map: { id: run, ...map }, back }) {
      const { dir } = await runs.get(run);
      const { paths } = await tools.call('mapPaths', { ...map, run: dir });
      return datasets.exclude(id, { paths, back });
    },
    'datasets.takeBack': ({ id, paths }) => datasets.exclude(id, { paths, back: true }),
    'datasets.excluded': async ({ id, ...part }) =>
      named.addItems(await datasets.excluded(id, part)),
    'datasets.remove': ({ id }) => datasets.remove(id).then(() => done),
    'datasets.scan': ({ id }) => datasets.scan(id),
    'datasets.stopScan': ({ id }) => datasets.stopScan(id),
    'datasets.missing': async ({ id }) => ({ folders: await datasets.missing(id) }),
    'datasets.images': async ({ id, ...page }) => named.addItems(await datasets.images(id, page)),
    'datasets.labels': ({ id, ...order }) => datasets.labels(id, order),
    async 'datasets.preview'(request) {
      const { folders, exclude, settings } = request;
      const listing = datasets.listingOf(folders, settings, exclude);
      const views = await tools.call('preview', { ...request, listing });
      named.add(views.map((view) => view.path));
      return views;
    },

    async 'prepared.list'() {
      const sets = await listPrepared(workspace);
      return sets.map(({ name, folders, images, bytes, settings, createdAt }) => {
        return { name, folders, images, bytes, imageSize: settings.imageSize, createdAt };
      });
    },
    async 'prepared.remove'({ name }) {
      const { bytes } = await removePrepared(workspace, name);
      return { bytes };
    },
  };
}
