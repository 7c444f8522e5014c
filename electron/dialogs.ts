/** System dialogs and the file manager. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BrowserWindow, dialog, shell } from 'electron';
import { StudioError, toStudioError } from '../engine/contract/errors.ts';
import type { ChannelRequest } from './channels.ts';

const isMac = process.platform === 'darwin';

/** @returns the chosen absolute paths; empty when the dialog was closed */
export async function pickFolders(
  owner: BrowserWindow,
  options: { readonly title: string; readonly many: boolean },
): Promise<readonly string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(owner, {
    title: options.title,
    properties: [
      ...(['openDirectory', 'createDirectory'] as const),
      ...(options.many ? (['multiSelections'] as const) : []),
    ],
  });
  return canceled ? [] : filePaths;
}

export async function pickFile(
  owner: BrowserWindow,
  { title, extensions }: ChannelRequest<'dialog:file'>,
): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(owner, {
    title,
    // Only macOS dialogs can choose files and folders at the same time.
    properties: isMac ? ['openFile', 'openDirectory'] : ['openFile'],
    filters: extensions.length === 0 ? [] : [{ name: title, extensions }],
  });
  return canceled ? undefined : filePaths[0];
}

export async function pickSavePath(
  owner: BrowserWindow,
  { title, defaultName }: ChannelRequest<'dialog:save'>,
): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(owner, {
    title,
    defaultPath: defaultName,
  });
  return canceled ? undefined : filePath;
}

/**
 * Show a file in the file manager. It is never opened or run.
 *
 * @throws StudioError `path-relative`, `path-missing`
 */
export function reveal(file: string): void {
  if (!path.isAbsolute(file))
    throw new StudioError('path-relative', `${file} is not an absolute path.`);
  if (!existsSync(file))
    throw new StudioError('path-missing', `${file} does not exist any more.`, {
      advice: 'It may have been moved or removed.',
    });
  shell.showItemInFolder(path.normalize(file));
}

export function showError(title: string, thrown: unknown): void {
  const { message, advice } = toStudioError(thrown);
  dialog.showErrorBox(title, advice === undefined ? message : `${message}\n\n${advice}`);
}
