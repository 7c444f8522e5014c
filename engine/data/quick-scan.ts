/**
 * A quick look at folders: which images there are and how large, by the headers of plain files. What
 * a header does not tell is read whole. Content is neither decoded nor hashed, so damaged files and
 * copies are not known yet.
 */
import { uprightSize } from '../images/orientation.ts';
import { storeTablesBeside } from './containers/tables.ts';
import { examineFile, inParallel, type ScanOptions, tileOrderOf } from './examine.ts';
import type { FileFacts } from './file-facts.ts';
import type { FileHeader } from './headers/read-header.ts';
import { readHeaders } from './headers/read-headers.ts';
import { type KnownFacts, readIndexFile } from './index-file.ts';
import type { DatasetIndex } from './index-types.ts';
import { walkAll } from './scan.ts';
import { summariseScan } from './summary.ts';
import type { Walk } from './walk.ts';

/**
 * Facts of earlier scans are used where the file is unchanged; nothing is cached.
 *
 * @throws StudioError `folder-missing`, `no-images`; AbortError when `signal` fires
 */
export async function quickScan(
  folders: readonly string[],
  options: ScanOptions = {},
): Promise<DatasetIndex> {
  return quickLook(folders, await walkAll(folders, options.signal), options);
}

/** The quick scan of files that were listed. @throws as {@link quickScan} */
export async function quickLook(
  folders: readonly string[],
  walk: Walk,
  options: ScanOptions,
): Promise<DatasetIndex> {
  const { indexFile, onProgress, signal } = options;
  const order = tileOrderOf(options);
  storeTablesBeside(indexFile);
  const { files } = walk;
  const known: KnownFacts = indexFile === undefined ? new Map() : await readIndexFile(indexFile);
  const facts = new Array<FileFacts | undefined>(files.length);
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
      facts[at] = factsOf(header, known.get(files[at]!.path), order.pixelLimit);
      if (facts[at] === undefined) unclear.push(at);
    }
    count(headers.length - (unclear.length - before));
  };
  await readHeaders(
    files.map((file) => file.path),
    add,
    signal,
  );
  await inParallel(unclear.length, async (i) => {
    signal?.throwIfAborted();
    const at = unclear[i]!;
    facts[at] = await examineFile(files[at]!, known.get(files[at]!.path), order);
    count(1);
  });
  return summariseScan(folders, walk, facts, 'quick');
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
