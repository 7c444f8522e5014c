/**
 * Requests from the window to the host. A request is accepted only from the application's page in the main
 * frame of its window, and every argument is validated.
 */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { type StudioError, toStudioError } from '../engine/contract/errors.ts';
import { type Reply, tooLarge } from '../engine/contract/studio/wire.ts';
import {
  type ChannelRequest,
  type HostChannel,
  type HostMessages,
  type HostReply,
  isOwnPage,
  mostBytes,
  type RequestChannel,
  requests,
} from './channels.ts';
import { isLarger } from './payload-size.ts';

type RequestHandlers = {
  readonly [C in RequestChannel]: (argument: ChannelRequest<C>, window: BrowserWindow) => unknown;
};

/** @param windowOf returns the open window, if there is one */
export function handleRequests(
  windowOf: () => BrowserWindow | undefined,
  handlers: RequestHandlers,
): void {
  for (const channel of Object.keys(requests) as RequestChannel[]) {
    ipcMain.handle(channel, async (event, ...args: unknown[]): Promise<HostReply> => {
      const window = windowOf();
      // The reply is not read by any page. Electron would print a thrown error with its stack.
      if (window === undefined || event.senderFrame === null)
        return { error: 'The page that sent the request is gone.' };
      if (!comesFrom(window, event)) throw refused(channel);
      if (isLarger(args, mostBytes(channel))) return tooLargeFor(channel, args[0]);
      const argument = requests[channel].safeParse(args[0]);
      if (!argument.success || args.length > 1) throw refused(channel);
      const handle = handlers[channel] as (argument: unknown, window: BrowserWindow) => unknown;
      try {
        return { value: await handle(argument.data, window) };
      } catch (error) {
        return { error: messageOf(toStudioError(error)) };
      }
    });
  }
}

/** The reply to a request that is too large; calls get an error in their own format. */
function tooLargeFor(channel: RequestChannel, argument: unknown): HostReply {
  const error = tooLarge('A message of the page', mostBytes(channel));
  if (channel !== 'studio:call') return { error: messageOf(error) };
  const id = Number((argument as { id?: unknown } | null)?.id ?? -1);
  return { value: { id, error: error.toJSON() } satisfies Reply };
}

/** The text of an error; nothing else of it is sent to the page. */
function messageOf({ message, advice }: StudioError): string {
  return advice === undefined ? message : `${message} ${advice}`;
}

/** Send a message to the page of a window unless the window has closed. */
export function sendToPage<C extends HostChannel>(
  window: BrowserWindow | undefined,
  channel: C,
  message: HostMessages[C],
): void {
  if (window === undefined || window.isDestroyed()) return;
  // Electron prints a stack trace when it cannot send. A page that is opened again reads the full state.
  if (window.webContents.isCrashed()) return;
  window.webContents.send(channel, message);
}

function comesFrom(window: BrowserWindow, event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  if (frame === null || event.sender.id !== window.webContents.id) return false;
  return frame.parent === null && isOwnPage(frame.url);
}

/** Electron prints thrown errors; the stack is removed, since it is always the same. */
function refused(channel: string): Error {
  const error = new Error(`A message to ${channel} was refused.`);
  error.stack = String(error);
  return error;
}
