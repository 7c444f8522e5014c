/**
 * The one way from the window into the host: every message comes from our own page in the main frame
 * of our own window, and every argument is parsed.
 */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { type StudioError, toStudioError } from '../engine/contract/errors.ts';
import { type Reply, tooLarge } from '../engine/contract/studio/wire.ts';
import {
  type Answer,
  isOwnPage,
  mostBytes,
  type RequestChannel,
  type RequestOf,
  requests,
  type TellChannel,
  type Tellings,
} from './channels.ts';
import { isLarger } from './payload-size.ts';

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
      // Nobody reads the answer. Electron would print whatever is thrown, with its stack.
      if (window === undefined || event.senderFrame === null)
        return { error: 'The page that asked is gone.' };
      if (!comesFrom(window, event)) throw refused(channel);
      if (isLarger(args, mostBytes(channel))) return tooLargeFor(channel, args[0]);
      const argument = requests[channel].safeParse(args[0]);
      if (!argument.success || args.length > 1) throw refused(channel);
      const handle = handlers[channel] as (argument: unknown, window: BrowserWindow) => unknown;
      try {
        return { value: await handle(argument.data, window) };
      } catch (error) {
        return { error: wordsOf(toStudioError(error)) };
      }
    });
  }
}

/** A call is answered with a reply as any call is. */
function tooLargeFor(channel: RequestChannel, argument: unknown): Answer {
  const error = tooLarge('A message of the page', mostBytes(channel));
  if (channel !== 'studio:call') return { error: wordsOf(error) };
  const id = Number((argument as { id?: unknown } | null)?.id ?? -1);
  return { value: { id, error: error.toJSON() } satisfies Reply };
}

/** Errors cross to the page as words alone. */
function wordsOf({ message, advice }: StudioError): string {
  return advice === undefined ? message : `${message} ${advice}`;
}

/** Says something to the page of a window that is still there. */
export function tellPage<C extends TellChannel>(
  window: BrowserWindow | undefined,
  channel: C,
  message: Tellings[C],
): void {
  if (window === undefined || window.isDestroyed()) return;
  // Electron prints a stack trace for what it cannot send. A page that opens again reads everything.
  if (window.webContents.isCrashed()) return;
  window.webContents.send(channel, message);
}

function comesFrom(window: BrowserWindow, event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  if (frame === null || event.sender.id !== window.webContents.id) return false;
  return frame.parent === null && isOwnPage(frame.url);
}

/** Electron prints what is thrown; its stack tells nothing, since it is always this place. */
function refused(channel: string): Error {
  const error = new Error(`A message to ${channel} was refused.`);
  error.stack = String(error);
  return error;
}
