/**
 * A quick look at folders: which images there are and how large, by the headers of files and entries. What
 * a header does not tell is read whole. Content is neither decoded nor hashed, so damaged files and
 * copies are not known yet.
 */
import { uprightSize } from '../../images/orientation.ts';
import { readEntryHeader } from '../pixels/headers/read-entry-header.ts';
import type { FileHeader } from '../pixels/headers/read-header.ts';
import { readHeaders } from '../pixels/headers/read-headers.ts';
import type { TileOrder } from '../pixels/tiles/probe-tiles.ts';
import { storeTablesBeside } from '../sources/containers/tables.ts';
import type { DatasetIndex } from '../sources/index-types.ts';
import { type Listed, listFiles } from '../sources/list-files.ts';
import { examineFile, inParallel, type ScanOptions, tileOrderOf } from './examine.ts';
import { FactList } from './fact-list.ts';
import type { FileFacts } from './file-facts.ts';
import { NOTHING_KNOWN, readIndexFile } from './index-file.ts';
import { readStoredHeader } from './stored-header.ts';
import { summariseScan } from './summary.ts';

/**
 * Facts of earlier scans are used where the file is unchanged; nothing is cached.
 *
 * @throws StudioError `folder-missing`, `no-images`; AbortError when `signal` fires
 */
export async function quickScan(
  folders: readonly string[],
  options: ScanOptions = {},
): Promise<DatasetIndex> {
  return quickLook(folders, await listFiles(folders, options.signal), options);
}

/** The quick scan of files that were listed. @throws as {@link quickScan} */
export async function quickLook(
  folders: readonly string[],
  walk: Listed,
  options: ScanOptions,
): Promise<DatasetIndex> {
  const { indexFile, onProgress, signal } = options;
  const order = { ...tileOrderOf(options), hashes: new Map() };
  storeTablesBeside(indexFile);
  const { files } = walk;
  await using known = indexFile === undefined ? NOTHING_KNOWN : await readIndexFile(indexFile);
  const facts = new FactList(files.length, { beside: indexFile });
  const unclear: number[] = [];
  let done = 0;
  const count = (more: number) => {
    done += more;
    onProgress?.({ done, total: files.length });
  };
  const add = (first: number, headers: readonly (FileHeader | undefined)[]) => {
    const before = unclear.length;
    for (const [i, header] of headers.entries()) {
      const at = first + i;
      const found = factsOf(header, known.get(files.pathOf(at)), order.pixelLimit);
      if (found === undefined) unclear.push(at);
      else facts.set(at, found);
    }
    count(headers.length - (unclear.length - before));
  };
  await readHeaders(files, add, signal);
  await inParallel(unclear.length, async (i) => {
    signal?.throwIfAborted();
    const at = unclear[i]!;
    const file = files.at(at)!;
    const earlier = known.get(file.path);
    const header =
      file.container === undefined
        ? undefined
        : await readEntryHeader(file.path).catch(() => undefined);
    const found =
      factsOf(header, earlier, order.pixelLimit) ??
      (await storedFacts(file.path, earlier, order)) ??
      (await examineFile(file, earlier, order));
    facts.set(at, found);
    count(1);
  });
  const index = summariseScan(folders, walk, facts, 'quick', options.excluded);
  if (options.forTraining) facts.keepForTraining();
  return index;
}

/** @returns undefined where an earlier scan may know it, and where the whole file must be read */
async function storedFacts(
  path: string,
  known: FileFacts | undefined,
  order: TileOrder,
): Promise<FileFacts | undefined> {
  // Whoever reads the whole file gets the reason.
  return known === undefined ? readStoredHeader(path, order).catch(() => undefined) : undefined;
}

/** @returns undefined where the whole file must be read */
function factsOf(
  found: FileHeader | undefined,
  known: FileFacts | undefined,
  pixelLimit: number,
): FileFacts | undefined {
  if (found?.header === undefined) return undefined;
  const { bytes, modifiedMs, header } = found;
  const { format, orientation } = header;
  const { width, height } = uprightSize(header, orientation);
  if (width * height > pixelLimit) return undefined;
  if (known?.bytes === bytes && known.modifiedMs === modifiedMs) return known;
  const facts = { bytes, modifiedMs, hash: '', format, width, height };
  return orientation > 1 ? { ...facts, orientation } : facts;
}
