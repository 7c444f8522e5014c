/** Check that a folder can be a workspace, before the application switches to it. */
import { access, constants, stat } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import { errorCode } from '../../disk/disk.ts';

/**
 * @param options.mayBeNew whether it may be missing, since opening creates it
 * @throws StudioError `workspace-missing`, `workspace-no-folder`; file system errors
 */
export async function requireWorkspaceFolder(
  folder: string,
  options: { readonly mayBeNew: boolean },
): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (errorCode(error) === 'ENOTDIR') throw noFolder(folder);
    throw error;
  });
  if (found === undefined) {
    if (options.mayBeNew) return;
    throw new StudioError('workspace-missing', `${folder} is not there any more.`, {
      advice: 'Choose another folder, or connect the disk that it lies on.',
    });
  }
  if (!found.isDirectory()) throw noFolder(folder);
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
}

function noFolder(folder: string): StudioError {
  return new StudioError('workspace-no-folder', `${folder} is no folder.`, {
    advice: 'A workspace is a folder: choose one, or make a new one.',
  });
}
