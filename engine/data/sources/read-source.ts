/** Reading of files in parts, with errors that name them. */
import { isStudioError } from '../../contract/errors.ts';
import type { OpenSource } from '../../images/byte-source.ts';
import type { ByteSource } from '../../images/stored-image.ts';
import { type Location, locate, openLocation } from './locate.ts';
import { reasonOf, undecodable, unread } from './unreadable.ts';

/**
 * @param path of a file, or a virtual one
 * @returns what `read` returns; the file is closed then
 * @throws StudioError `image-unreadable` naming the file and the reason; `usage` of `read`
 */
export async function readSource<T>(
  path: string,
  read: (source: ByteSource, location: Location) => Promise<T>,
): Promise<T> {
  let source: OpenSource | undefined;
  try {
    const location = await locate(path);
    source = await openLocation(location);
    return await read(source, location);
  } catch (error) {
    if (source === undefined) throw unread(path, error);
    throw readError(path, error);
  } finally {
    await source?.close();
  }
}

/** The error of reading a file that is open, which names it. */
export function readError(path: string, error: unknown): unknown {
  if (isStudioError(error, 'image-unreadable', 'usage')) return error;
  return undecodable(path, reasonOf(error), error);
}
