/** Print a report to a PDF file: in a window that is never shown and runs no script. */
import { BrowserWindow } from 'electron';
import { ORIGIN, REPORT_PATH } from './channels.ts';
import { withReport } from './printed-reports.ts';
import { saveFile } from './save-file.ts';

/**
 * @param options.name suggested file name
 * @returns undefined when the dialog was closed
 * @throws StudioError `file-not-written`
 */
export async function savePdf(
  owner: BrowserWindow,
  { name, html }: { readonly name: string; readonly html: string },
): Promise<string | undefined> {
  const bytes = await withReport(html, (id) => printed(`${ORIGIN}${REPORT_PATH}?id=${id}`));
  return saveFile(owner, { name, bytes });
}

async function printed(address: string): Promise<Uint8Array> {
  const window = new BrowserWindow({
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, javascript: false },
  });
  try {
    await window.loadURL(address);
    return await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true });
  } finally {
    window.destroy();
  }
}
