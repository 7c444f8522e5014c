/** Classes that containers state for their images. */

import { kindOf } from '../../contract/container-names.ts';
import { listContainer } from './list-container.ts';
import { parquetLabels } from './parquet/labels.ts';
import { webdatasetLabels } from './webdataset.ts';

export interface ContainerLabels {
  /** class by the name of the entry; empty where the container states none */
  readonly labels: ReadonlyMap<string, string>;
  /** all classes in the order of their numbers, where the container states them */
  readonly classNames?: readonly string[];
}

/** @throws StudioError `file-unread`; AbortError when `signal` fires */
export async function readLabels(
  container: string,
  signal?: AbortSignal,
): Promise<ContainerLabels> {
  if (kindOf(container) === 'parquet') return parquetLabels(container, signal);
  const { names } = await listContainer(container, signal);
  return { labels: await webdatasetLabels(container, names, signal) };
}
