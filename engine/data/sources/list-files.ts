/** Walks of folders whose files are listed in columns. */
import { FileList } from './file-list.ts';
import { DISK, emptyWalk, type FoldersRead, visitFolders, type Walk } from './walk.ts';

export interface Listed extends Omit<Walk, 'files'> {
  readonly files: FileList;
}

/**
 * All files below folders that are or may be images: folder by folder, by relative path in each.
 *
 * @throws StudioError `folder-missing`; AbortError when `signal` fires
 */
export async function listFiles(folders: readonly string[], signal?: AbortSignal): Promise<Listed> {
  const walk = emptyWalk();
  const files = new FileList();
  const read: FoldersRead = new Map();
  for (const folder of folders) {
    const first = files.length;
    const take = () => {
      for (const file of walk.files.splice(0)) files.push(file);
    };
    for await (const _ of visitFolders(folder, walk, read, signal, DISK)) take();
    take();
    files.sortFrom(first);
  }
  files.trim();
  return { ...walk, files };
}
