/** Calls about trained networks. */
import { listModels } from '../models.ts';
import type { StudioParts } from '../studio-parts.ts';
import type { Calls, CallsOf } from './calls.ts';

type ModelCalls = CallsOf<'models'> & Pick<Calls, 'insight.attention'>;

export function modelCalls({ workspace, runs, tools, named }: StudioParts): ModelCalls {
  return {
    'models.list': () => listModels(workspace, runs),
    'models.describe': (request, signal) =>
      tools.call('describeModel', { ...request, workspace }, { signal }),
    'models.task': (request, signal) =>
      tools.call('modelTask', { ...request, workspace }, { signal }),
    async 'insight.attention'(request, signal) {
      const found = await tools.call('attention', { ...request, workspace }, { signal });
      named.add(found.images);
      return found;
    },
  };
}
