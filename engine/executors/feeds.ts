/** Checks of a program's feeds, and conversion of its results. */
import { StudioError } from '../contract/errors.ts';
import type { Graph, Node } from '../ir/types.ts';
import { elementCount, type HostData, hostTensor } from '../tensor/host-tensor.ts';
import { isNarrow } from '../tensor/narrow-floats.ts';
import type { FeedData, Feeds, Result } from './executor.ts';

/** @throws StudioError `feed-missing` or `feed-mismatch` */
export function feedOf({ name }: Graph, node: Node<'input'>, feeds: Feeds): FeedData {
  const key = node.attrs.name;
  const data = feeds[key] ?? missingFeed(name, key);
  if (data.length !== elementCount(node.shape))
    throw new StudioError(
      'feed-mismatch',
      `${key} needs [${node.shape.join(', ')}], given ${data.length} elements`,
    );
  return data;
}

/** @throws StudioError `feed-missing` always */
export function missingFeed(graph: string, name: string): never {
  throw new StudioError('feed-missing', `${graph} needs a value for ${name}, none was given`);
}

/** @param data in the dtype of the node */
export function resultOf({ dtype, shape }: Node, data: HostData<'f32' | 'i32' | 'bool'>): Result {
  if (isNarrow(dtype)) throw new Error('results are cast to f32');
  return hostTensor(dtype, shape, data);
}
