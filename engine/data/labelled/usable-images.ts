/** Which images of a folder or list can be used, and why the others cannot. */
import {
  type LabelProblem,
  type LabelProblemCode,
  problemOf,
} from '../annotations/labelled-types.ts';
import type { FactList } from '../scan/fact-list.ts';
import type { FileFacts } from '../scan/file-facts.ts';
import type { Unreadable } from '../sources/index-types.ts';
import { positionsWhere } from '../sources/lazy-list.ts';
import type { Listing } from './listing.ts';

/** Whether the file exists: facts of a missing file have no size and time. */
export function isFound(facts: FileFacts | undefined): boolean {
  return facts !== undefined && (facts.bytes > 0 || facts.modifiedMs > 0);
}

interface UsableImages {
  /** positions of the images */
  readonly usable: Uint32Array;
  readonly problems: readonly LabelProblem[];
  readonly unusable: number;
}

/** @param confined see `LabelledSetOptions` @param facts of the files */
export function usableImages(
  { images, files }: Listing,
  facts: FactList,
  confined: boolean,
): UsableImages {
  const missing: NamedFile[] = [];
  const unreadable: NamedFile[] = [];
  const usable = positionsWhere(images.length, (i) => {
    const { file, row } = images.at(i);
    const texts = facts.textsAt(file);
    if (texts === undefined) return false; // neither by name nor by content an image
    const { reason } = texts;
    if (reason === undefined) return true;
    const { path: at } = files.at(file)!;
    const where = row === undefined ? at : `row ${row}: ${at}`;
    if (reason.includes('ENOENT') || (confined && !isFound(facts.at(file))))
      missing.push({ item: where, path: at, reason });
    else unreadable.push({ item: `${where}: ${reason}`, path: at, reason });
    return false;
  });
  const problems = [
    ...fileProblem('missing-file', 'Listed files that do not exist', missing),
    ...fileProblem('unreadable', 'Images that cannot be used', unreadable),
  ];
  return { usable, problems, unusable: missing.length + unreadable.length };
}

/** A file that cannot be used, and its description. */
interface NamedFile extends Unreadable {
  readonly item: string;
}

function fileProblem(code: LabelProblemCode, what: string, named: readonly NamedFile[]) {
  const items = named.map(({ item }) => item);
  const files = named.map(({ path: at, reason }) => ({ path: at, reason }));
  return problemOf(code, what, items, files);
}
