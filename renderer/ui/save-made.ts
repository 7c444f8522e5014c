/** Save a file that the page has made, for example the picture of a chart. */
import { notifications } from '@mantine/notifications';
import { desktop } from '../client/studio.ts';
import { fileName } from './file-name.ts';

/**
 * The desktop application shows a save dialog and a notification; a browser downloads the file.
 *
 * @throws Error of the desktop host when the file cannot be written
 */
export async function saveMade(name: string, content: Blob): Promise<void> {
  const named = fileName(name);
  if (desktop === undefined) return download(named, content);
  const bytes = new Uint8Array(await content.arrayBuffer());
  const saved = await desktop.saveFile({ name: named, bytes });
  if (saved !== undefined) notifications.show({ title: 'Saved', message: `Saved as ${saved}` });
}

function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
