/**
 * The one way from the window into the host: every message comes from our own page in the main frame
 * of our own window, and every argument is parsed.
 */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { StudioError, toStudioError } from '../engine/contract/errors.ts';
import { PAGE, type RequestChannel, type RequestOf, requests } from './channels.ts';

type Handlers = {
  readonly [C in RequestChannel]: (argument: RequestOf<C>, window: BrowserWindow) => unknown;
};

/** @param windowOf the window that is open now */
export function handleRequests(
  windowOf: () => BrowserWindow | undefined,
  handlers: Handlers,
): void {
  for (const channel of Object.keys(requests) as RequestChannel[]) {
    ipcMain.handle(channel, async (event, ...args: unknown[]) => {
      const window = windowOf();
      if (window === undefined || !isOwnPage(event, window)) throw refused(channel);
      const argument = requests[channel].safeParse(args[0]);
      if (!argument.success || args.length > 1) throw refused(channel);
      const handle = handlers[channel] as (argument: unknown, window: BrowserWindow) => unknown;
      try {
        return await handle(argument.data, window);
      } catch (error) {
        // Electron passes on the message alone.
        throw new Error(toStudioError(error).message);
      }
    });
  }
}

function isOwnPage(event: IpcMainInvokeEvent, window: BrowserWindow): boolean {
  const frame = event.senderFrame;
  if (frame === null || event.sender.id !== window.webContents.id) return false;
  return frame.parent === null && frame.url.startsWith(PAGE);
}

function refused(channel: string): StudioError {
  return new StudioError('ipc-refused', `A message to ${channel} was refused.`);
}
