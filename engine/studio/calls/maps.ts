/** Calls about maps of embeddings, each of a run. */

import type { StudioParts } from '../studio-parts.ts';
import type { Calls } from './calls.ts';

type MapCalls = Pick<
  Calls,
  | 'insight.maps'
  | 'insight.mapPoints'
  | 'insight.mapImages'
  | 'insight.mapClasses'
  | 'insight.mapExcluded'
  | 'insight.nameOnMap'
  | 'insight.mapSimilar'
  | 'insight.mapLike'
>;

export function mapCalls({ runs, datasets, labels, tools, named }: StudioParts): MapCalls {
  const dirOf = async (id: string) => (await runs.get(id)).dir;
  return {
    'insight.maps': async ({ id }) => tools.call('maps', { run: await dirOf(id) }),
    'insight.mapPoints': async ({ id, ...order }) =>
      tools.call('mapPoints', { ...order, run: await dirOf(id) }),
    'insight.mapImages': async ({ id, ...order }) =>
      named.addItems(await tools.call('mapImages', { ...order, run: await dirOf(id) })),
    'insight.mapClasses': async ({ id, dataset, ...order }) =>
      datasets.mapClasses(dataset, { ...order, run: await dirOf(id) }),
    'insight.mapExcluded': async ({ id, ...order }) =>
      tools.call('mapExcluded', { ...order, run: await dirOf(id) }),
    'insight.nameOnMap': async ({ id, set, ...order }) =>
      labels.nameOnMap(set, { ...order, run: await dirOf(id) }),
    'insight.mapSimilar': async ({ id, ...order }) =>
      named.addItems(await tools.call('mapSimilar', { ...order, run: await dirOf(id) })),
    async 'insight.mapLike'({ id, ...order }, signal) {
      const found = await tools.call('mapLike', { ...order, run: await dirOf(id) }, { signal });
      named.add([found.image, ...found.neighbours].map((image) => image.path));
      return found;
    },
  };
}
