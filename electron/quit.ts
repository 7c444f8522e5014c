/** Quitting while something is trained: it is asked, and training may go on without the window. */
import { app, type BrowserWindow, dialog } from 'electron';
import type { StudioHost } from '../engine/contract/studio/host.ts';
import type { Attention } from './attention.ts';
import { showFault } from './dialogs.ts';

const LEAVE = 0;
const STOP = 1;
const CANCEL = 2;
/** Stopped runs save first. */
const STOP_PATIENCE_MS = 60_000;

export interface QuitParts {
  readonly studio: StudioHost;
  readonly attention: Attention;
  windowOf(): BrowserWindow | undefined;
}

export class Quit {
  readonly #parts: QuitParts;
  #state: 'open' | 'asking' | 'agreed' = 'open';
  /** What is done before the application starts anew; undefined when it only ends. */
  #beforeStart: (() => void) | undefined;

  constructor(parts: QuitParts) {
    this.#parts = parts;
    app.on('before-quit', (event) => {
      if (this.#state === 'agreed') return;
      event.preventDefault();
      if (this.#state === 'asking') return;
      this.#state = 'asking';
      void this.#settle();
    });
  }

  /** Whether the last question was answered, so that the window may go. */
  get agreed(): boolean {
    return this.#state === 'agreed';
  }

  /**
   * Quits, and starts the application anew; unless its user does not want to.
   *
   * @param before what the new start is for; done once its user has agreed, or not at all
   */
  startAgain(before: () => void): void {
    if (this.#state !== 'open') return;
    this.#beforeStart = before;
    app.quit();
  }

  async #settle(): Promise<void> {
    // A question that cannot be asked must not keep anybody; training goes on by itself.
    const before = this.#beforeStart;
    this.#beforeStart = undefined;
    if (!(await this.#mayQuit().catch(() => true)) || !this.#prepared(before)) {
      this.#state = 'open';
      return;
    }
    this.#parts.attention.stop();
    // What fails to close is not worth a window that cannot be closed.
    await this.#parts.studio.close().catch(() => undefined);
    this.#state = 'agreed';
    if (before !== undefined) app.relaunch();
    app.quit();
  }

  /** @returns whether there is nothing to do, or it was done */
  #prepared(before: (() => void) | undefined): boolean {
    try {
      before?.();
      return true;
    } catch (thrown) {
      showFault('ConMIM Studio', thrown);
      return false;
    }
  }

  async #mayQuit(): Promise<boolean> {
    const { studio, attention } = this.#parts;
    const { training } = attention;
    if (training.length === 0) return true;
    const jobs = await studio.call('jobs.list', {}).catch(() => []);
    const waiting = jobs.filter(({ state }) => state === 'waiting').length;
    const answer = await this.#ask(
      training.map(({ title }) => title),
      waiting,
    );
    if (answer === CANCEL) return false;
    if (answer === STOP) {
      // One that has ended by itself in the meantime need not be stopped.
      await Promise.allSettled(training.map(({ id }) => studio.call('jobs.stop', { id })));
      const until = Date.now() + STOP_PATIENCE_MS;
      while (attention.training.length > 0 && Date.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return true;
  }

  async #ask(titles: readonly string[], waiting: number): Promise<number> {
    const window = this.#parts.windowOf();
    const named = titles.map((title) => `“${title}”`).join(', ');
    const question = {
      type: 'question' as const,
      message: `${named} ${titles.length === 1 ? 'is' : 'are'} still being trained.`,
      detail: [
        'It can go on without the window. Open ConMIM Studio again to see how it stands.',
        ...(waiting === 0 ? [] : [`What waits in the queue (${waiting}) begins when it is open.`]),
      ].join('\n'),
      buttons: ['Leave It Training', 'Stop and Keep', 'Cancel'],
      defaultId: LEAVE,
      cancelId: CANCEL,
      noLink: true,
    };
    const { response } =
      window === undefined
        ? await dialog.showMessageBox(question)
        : await dialog.showMessageBox(window, question);
    return response;
  }
}
