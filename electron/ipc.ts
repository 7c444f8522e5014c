/**
 * The one way from the window into the host: every message comes from our own page in the main frame
 * of our own window, and every argument is parsed.
 */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { StudioError, toStudioError } from '../engine/contract/errors.ts';
import {
  type Answer,
  isOwnPage,
  type RequestChannel,
  type RequestOf,
  requests,
  type TellChannel,
  type Tellings,
} from './channels.ts';

type Handlers = {
  readonly [C in RequestChannel]: (argument: RequestOf<C>, window: BrowserWindow) => unknown;
};

/** @param windowOf the window that is open now */
export function handleRequests(
  windowOf: () => BrowserWindow | undefined,
  handlers: Handlers,
): void {
  for (const channel of Object.keys(requests) as RequestChannel[]) {
    ipcMain.handle(channel, async (event, ...args: unknown[]): Promise<Answer> => {
      const window = windowOf();
      if (window === undefined || !comesFrom(window, event)) throw refused(channel);
      const argument = requests[channel].safeParse(args[0]);
      if (!argument.success || args.length > 1) throw refused(channel);
      const handle = handlers[channel] as (argument: unknown, window: BrowserWindow) => unknown;
      try {
        return { value: await handle(argument.data, window) };
      } catch (error) {
        return { error: toStudioError(error).message };
      }
    });
  }
}

/** Says something to the page of a window that is still there. */
export function tellPage<C extends TellChannel>(
  window: BrowserWindow | undefined,
  channel: C,
  message: Tellings[C],
): void {
  if (window !== undefined && !window.isDestroyed()) window.webContents.send(channel, message);
}

function comesFrom(window: BrowserWindow, event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  if (frame === null || event.sender.id !== window.webContents.id) return false;
  return frame.parent === null && isOwnPage(frame.url);
}

function refused(channel: string): StudioError {
  return new StudioError('ipc-refused', `A message to ${channel} was refused.`);
}
