/** Classes that containers state for their images. */

import { kindOf } from '../../../contract/container-names.ts';
import { isStudioError } from '../../../contract/errors.ts';
import { reasonOf } from '../unreadable.ts';
import { ContainerFault } from './container.ts';
import { asFault, listContainer } from './list-container.ts';
import { parquetLabels } from './parquet/labels.ts';
import { webdatasetLabels } from './webdataset.ts';

export interface ContainerLabels {
  /** class by the name of the entry; empty where the container states none */
  readonly labels: ReadonlyMap<string, string>;
  /** all classes in the order of their numbers, where the container states them */
  readonly classNames?: readonly string[];
  /** why they cannot be read */
  readonly reason?: string;
}

/** @throws errors of the file system; AbortError when `signal` fires */
export async function readLabels(
  container: string,
  signal?: AbortSignal,
): Promise<ContainerLabels> {
  try {
    if (kindOf(container) === 'parquet') return await parquetLabels(container, signal);
    const { names } = await listContainer(container, signal);
    return { labels: await webdatasetLabels(container, names, signal) };
  } catch (error) {
    const fault = asFault(error);
    if (fault instanceof ContainerFault) return { labels: new Map(), reason: fault.message };
    if (!isStudioError(error, 'file-unread')) throw error;
    return { labels: new Map(), reason: reasonOf(error) };
  }
}
