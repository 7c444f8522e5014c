/** The system's own dialogs, and its file manager. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BrowserWindow, dialog, shell } from 'electron';
import { StudioError, toStudioError } from '../engine/contract/errors.ts';
import type { RequestOf } from './channels.ts';

const isMac = process.platform === 'darwin';

/** @returns what was chosen, whole paths; nothing when the dialog was closed */
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
  { title, extensions }: RequestOf<'dialog:file'>,
): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(owner, {
    title,
    // Only there can one dialog choose either.
    properties: isMac ? ['openFile', 'openDirectory'] : ['openFile'],
    filters: extensions.length === 0 ? [] : [{ name: title, extensions }],
  });
  return canceled ? undefined : filePaths[0];
}

export async function pickSavePath(
  owner: BrowserWindow,
  { title, defaultName }: RequestOf<'dialog:save'>,
): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(owner, {
    title,
    defaultPath: defaultName,
  });
  return canceled ? undefined : filePath;
}

/**
 * Shows a file in its folder; nothing is ever opened or run.
 *
 * @throws StudioError `path-relative`, `path-missing`
 */
export function reveal(file: string): void {
  if (!path.isAbsolute(file))
    throw new StudioError('path-relative', `${file} does not say which folder it is in.`);
  if (!existsSync(file)) throw new StudioError('path-missing', `${file} is not there any more.`);
  shell.showItemInFolder(path.normalize(file));
}

export function showFault(title: string, thrown: unknown): void {
  const { message, advice } = toStudioError(thrown);
  dialog.showErrorBox(title, advice === undefined ? message : `${message}\n\n${advice}`);
}
