/** The page of a window of the double. */
import { EventEmitter } from 'node:events';
import type { Frame, Page } from '@playwright/test';
import type Electron from 'electron';
import { tell } from './control.ts';
import { ipcHandlers } from './registry.ts';
import { defaultSession } from './session.ts';

/** Chromium does not load unknown schemes, so `app://studio/` is shown to it under this origin. */
const SHOWN = 'https://studio.invalid';
export const REAL = 'app://studio';
const swap = (url: string, from: string, to: string) =>
  url.startsWith(from) ? to + url.slice(from.length) : url;
export const toReal = (url: string) => swap(url, SHOWN, REAL);
export const toShown = (url: string) => swap(url, REAL, SHOWN);

type WindowOpenHandler = (details: { url: string }) => { action: string };

/** A frame as the sender of a message. */
export interface SenderFrame {
  readonly url: string;
  readonly framed: boolean;
  /** A page that is restarted has no frame when its message is handled. */
  readonly gone?: boolean;
}

export class WebContents extends EventEmitter {
  readonly id: number;
  readonly session = defaultSession;
  page: Page | undefined;
  #openHandler: WindowOpenHandler = () => ({ action: 'allow' });
  #crashed = false;

  constructor(id: number) {
    super();
    this.id = id;
    this.on('render-process-gone', () => {
      this.#crashed = true;
    });
  }

  isCrashed(): boolean {
    return this.#crashed;
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    tell({ type: 'webrtc', policy });
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler;
  }

  /** @returns whether the page may open a window */
  mayOpen(url: string): boolean {
    const { action } = this.#openHandler({ url });
    tell({ type: 'window-open', url, action });
    return action === 'allow';
  }

  /** @returns whether the page may navigate */
  mayNavigate(url: string, isMainFrame: boolean): boolean {
    let prevented = false;
    const details = { url, isMainFrame, preventDefault: () => (prevented = true) };
    this.emit('will-frame-navigate', details);
    if (isMainFrame) this.emit('will-navigate', details);
    tell({ type: 'navigation', url, prevented });
    return !prevented;
  }

  async printToPDF(options: Electron.PrintToPDFOptions): Promise<Buffer> {
    return this.page!.pdf({
      format: String(options.pageSize),
      printBackground: options.printBackground ?? false,
    });
  }

  reload(): void {
    tell({ type: 'reload' });
    this.#crashed = false;
    void this.page?.reload();
  }

  send(channel: string, message: unknown): void {
    // Values that cannot be cloned cannot be sent, as in Electron.
    const cloned = structuredClone(message);
    if (this.#crashed) {
      tell({ type: 'lost-message', channel });
      return;
    }
    type Receiving = { __receive?: (name: string, value: unknown) => void };
    void this.page
      ?.evaluate(([name, value]) => (globalThis as Receiving).__receive?.(name as string, value), [
        channel,
        cloned,
      ] as const)
      .catch(() => undefined);
  }

  /** Deliver an IPC message to the main process and return the reply to its sender. */
  async invoke(from: SenderFrame, channel: string, args: unknown[]): Promise<unknown> {
    const fail = (why: unknown) =>
      new Error(`Error invoking remote method '${channel}': ${String(why)}`);
    const handler = ipcHandlers.get(channel);
    if (handler === undefined) throw fail(`Error: No handler registered for '${channel}'`);
    const senderFrame =
      from.gone === true ? null : { url: from.url, parent: from.framed ? {} : null };
    try {
      return structuredClone(await handler({ sender: this, senderFrame } as never, ...args));
    } catch (thrown) {
      throw fail(thrown);
    }
  }
}

export function senderOf(frame: Frame): SenderFrame {
  return { url: toReal(frame.url()), framed: frame.parentFrame() !== null };
}
