/** The images of a container as files below it. */
import path from 'node:path';
import { isContainerName, isPackedName, kindOf } from '../../../contract/container-names.ts';
import { isSystemName } from '../../../platform/system-names.ts';
import { isImageName, mayBeImage } from '../formats.ts';
import type { Unreadable } from '../index-types.ts';
import { systemReason } from '../unreadable.ts';
import { ContainerFault } from './container.ts';
import { entryPath } from './entry-path.ts';
import { listContainer } from './list-container.ts';
import { isLabelName, keyOf } from './webdataset.ts';

interface EntryFile {
  readonly path: string;
  readonly relative: string;
  readonly named: boolean;
  readonly container: string;
}

export interface ContainerFiles {
  readonly files: readonly EntryFile[];
  readonly unreadable: readonly Unreadable[];
  /** names of entries that are neither images nor their labels */
  readonly ignored: readonly string[];
  /** images in folders of the system */
  readonly systemImages: number;
}

interface Place {
  readonly path: string;
  readonly relative: string;
}

/** @throws AbortError when `signal` fires */
export async function containerFiles(at: Place, signal?: AbortSignal): Promise<ContainerFiles> {
  const files: EntryFile[] = [];
  const unreadable: Unreadable[] = [];
  const ignored: string[] = [];
  let systemImages = 0;
  const { names, problems } = await listContainer(at.path, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    const why = error instanceof ContainerFault ? error.message : systemReason(error);
    return { names: [], problems: [{ reason: `cannot be read: it ${why}`, name: undefined }] };
  });
  for (const { name, reason } of problems)
    if (name === undefined) unreadable.push({ path: at.path, reason: `the container ${reason}` });
    else if (!isSystemEntry(name) && (isImageName(name) || mayBeImage(path.basename(name))))
      unreadable.push({ path: entryPath(at.path, name), reason: `the entry ${reason}` });
  if (names.length === 0 && problems.length === 0) ignored.push(at.path);
  const isRow = kindOf(at.path) === 'parquet';
  const keys = new Set(names.filter(isImageName).map(keyOf));
  for (const name of names) {
    const base = path.posix.basename(name);
    const isImage = isImageName(name);
    if (isSystemEntry(name)) systemImages += isImage ? 1 : 0;
    else if (isContainerName(name) || isPackedName(name))
      unreadable.push({ path: entryPath(at.path, name), reason: NESTED });
    else if (isImage || mayBeImage(base))
      files.push({
        path: entryPath(at.path, name),
        relative: at.relative === '' ? name : `${at.relative}/${name}`,
        named: isImage || isRow,
        container: at.relative,
      });
    else if (!isLabelName(name, keys)) ignored.push(name);
  }
  return { files, unreadable, ignored, systemImages };
}

const NESTED = 'it is a container within a container: unpack the outer one';

function isSystemEntry(name: string): boolean {
  return name.split('/').some(isSystemName);
}
