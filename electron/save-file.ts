/** Files that the page has made, such as a chart's picture, saved where their user wants them. */
import { rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import { z } from 'zod';
import { StudioError } from '../engine/contract/errors.ts';
import { readState, writeState } from './state-file.ts';

const foldersSchema = z.object({ saved: z.string().min(1) });

/** What the systems' dialogs call these files. */
const KINDS: Readonly<Record<string, string>> = { png: 'Picture', csv: 'Table' };

/**
 * Asks where, and writes; the next time the dialog begins in the same folder.
 *
 * @param options.name a whole file name
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
    // A page's name is a name, never a way to another folder.
    defaultPath: path.join(folder, path.basename(name)),
    filters:
      extension === '' ? [] : [{ name: KINDS[extension] ?? extension, extensions: [extension] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  if (canceled || filePath === '') return undefined;
  await writeWhole(filePath, bytes);
  writeState(stateFile(), { saved: path.dirname(filePath) } satisfies z.infer<
    typeof foldersSchema
  >);
  return filePath;
}

/** Under another name first, so that a full disk leaves what was there. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.part-${process.pid}`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    const why = cause instanceof Error ? ` (${cause.message.split(',', 1)[0]})` : '';
    throw new StudioError('file-not-written', `${file} cannot be written${why}.`, {
      advice: 'Choose another folder, or make room on the disk.',
      cause,
    });
  }
}

function stateFile(): string {
  return path.join(app.getPath('userData'), 'folders.json');
}
