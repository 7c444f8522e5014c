/** The entries of a container, read from its own directory. */
import { stat } from 'node:fs/promises';
import { isStudioError } from '../../../contract/errors.ts';
import { openFileSource } from '../../../images/byte-source.ts';
import { ContainerFault, type EntryNames } from './container.ts';
import { formatOfContainer } from './formats.ts';
import { knownTable, rememberTable, withoutDoubles } from './tables.ts';

/**
 * @throws ContainerFault where nothing can be read; errors of the file system; AbortError when
 *   `signal` fires
 */
export async function listContainer(container: string, signal?: AbortSignal): Promise<EntryNames> {
  const format = formatOfContainer(container);
  const stamp = await stat(container);
  if (format.fromTable !== undefined) {
    const known = await knownTable(container, stamp);
    if (known !== undefined) return format.fromTable(known.records(), known.facts);
  }
  const source = await openFileSource(container);
  try {
    const listing = withoutDoubles(await format.list(source, signal));
    await rememberTable(container, stamp, listing);
    return { names: listing.entries.map(({ name }) => name), problems: listing.problems };
  } catch (error) {
    throw asFault(error);
  } finally {
    await source.close();
  }
}

/** Reading beyond the end is a fault of the container too. */
export function asFault(error: unknown): unknown {
  if (error instanceof ContainerFault) return error;
  if (isStudioError(error, 'image-damaged'))
    return new ContainerFault('ends too early', { cause: error });
  if (error instanceof RangeError) return new ContainerFault('is damaged', { cause: error });
  return error;
}
