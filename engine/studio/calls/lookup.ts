/** Calls about indexes of patches, each of a run. */

import type { StudioParts } from '../studio-parts.ts';
import type { Calls } from './calls.ts';

type LookupCalls = Pick<
  Calls,
  'insight.lookups' | 'insight.lookupImages' | 'insight.lookupWords' | 'insight.lookupPatch'
>;

export function lookupCalls({ runs, tools, named }: StudioParts): LookupCalls {
  const dirOf = async (id: string) => (await runs.get(id)).dir;
  return {
    'insight.lookups': async ({ id }) => tools.call('lookups', { run: await dirOf(id) }),
    async 'insight.lookupImages'({ id, ...order }, signal) {
      const run = await dirOf(id);
      return named.addItems(await tools.call('lookupImages', { ...order, run }, { signal }));
    },
    async 'insight.lookupWords'({ id, ...order }, signal) {
      const run = await dirOf(id);
      const found = await tools.call('lookupWords', { ...order, run }, { signal });
      named.add(found.items.flatMap(({ examples }) => examples.map((one) => one.path)));
      return found;
    },
    async 'insight.lookupPatch'({ id, ...query }, signal) {
      const run = await dirOf(id);
      const found = await tools.call('lookupPatch', { ...query, run }, { signal });
      named.add([found.query, ...found.neighbours].map((patch) => patch.path));
      return found;
    },
  };
}
