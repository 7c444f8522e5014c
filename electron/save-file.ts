/** Save files that the page has made, for example the picture of a chart, with a dialog. */
import { rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import { z } from 'zod';
import { StudioError } from '../engine/contract/errors.ts';
import { readState, writeState } from './state-file.ts';

const foldersSchema = z.object({ saved: z.string().min(1) });

/** Names of file types in the dialogs. */
const KINDS: Readonly<Record<string, string>> = {
  png: 'Picture',
  csv: 'Table',
  html: 'Report',
  pdf: 'PDF',
};

/**
 * Ask for a path and write the file. The next dialog starts in the same folder.
 *
 * @param options.name suggested file name with its extension
 * @returns undefined when the dialog was closed
 * @throws StudioError `file-not-written`
 */
export async function saveFile(
  owner: BrowserWindow,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
): Promise<string | undefined> {
  const folder = readState(stateFile(), foldersSchema)?.saved ?? app.getPath('downloads');
  const extension = path.extname(name).slice(1);
  const { canceled, filePath } = await dialog.showSaveDialog(owner, {
    title: 'Save',
    // A name from the page must not lead to another folder.
    defaultPath: path.join(folder, path.basename(name)),
    filters:
      extension === '' ? [] : [{ name: KINDS[extension] ?? extension, extensions: [extension] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  if (canceled || filePath === '') return undefined;
  await writeThenRename(filePath, bytes);
  writeState(stateFile(), { saved: path.dirname(filePath) } satisfies z.infer<
    typeof foldersSchema
  >);
  return filePath;
}

/** Write a temporary file and rename it, so that a full disk leaves the old file. */
async function writeThenRename(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.part-${process.pid}`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    const why = cause instanceof Error ? ` (${cause.message.split(',', 1)[0]})` : '';
    throw new StudioError('file-not-written', `${file} cannot be written${why}.`, {
      advice: 'Choose another folder, or free some space on the disk.',
      cause,
    });
  }
}

function stateFile(): string {
  return path.join(app.getPath('userData'), 'folders.json');
}
