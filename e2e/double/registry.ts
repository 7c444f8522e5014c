/** Handlers that the application has registered with the double. */
import { EventEmitter } from 'node:events';
import type Electron from 'electron';

/** Events of windows for the application. */
export const windowEvents = new EventEmitter();

export const ipcHandlers = new Map<
  string,
  (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown
>();

export const protocolHandlers = new Map<
  string,
  (request: Request) => Response | Promise<Response>
>();

export const requestFilters: ((
  details: { url: string },
  decide: (answer: { cancel?: boolean }) => void,
) => void)[] = [];

/** @returns whether the filters pass a request of a page */
export function filterRequest(url: string): boolean {
  return requestFilters.every((filter) => {
    let passes = false;
    filter({ url }, (answer) => {
      passes = answer.cancel !== true;
    });
    return passes;
  });
}
