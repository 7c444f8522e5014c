/** Images that are left out of a data set, as lists name them. */
import { StudioError } from '../../contract/errors.ts';
import { isConfined } from '../../platform/confined.ts';
import { listedImages } from './given-list.ts';

/**
 * The paths of all lists, absolute. Files that are gone are no images of a set, so they need not be there.
 *
 * @throws StudioError `list-invalid`, also where a list names nothing
 */
export async function readExcluded(
  lists: readonly string[],
  confined = isConfined(),
): Promise<Set<string>> {
  const paths = new Set<string>();
  for (const list of lists) {
    let rows = 0;
    for await (const { path, reason } of listedImages(list, confined)) {
      rows++;
      if (reason === undefined) paths.add(path);
      else if (!confined) throw invalid(list, `${path}: ${reason}`);
    }
    if (rows === 0) throw invalid(list, `${list} names no image`);
  }
  return paths;
}

function invalid(list: string, message: string): StudioError {
  return new StudioError('list-invalid', message, {
    advice: 'Write one path of an image into each line, or a table with a column named path.',
    details: { path: list },
  });
}
