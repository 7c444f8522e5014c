/** Quitting during training: the user is asked, and training may go on without the window. */
import { app, type BrowserWindow, dialog } from 'electron';
import type { StudioHost } from '../engine/contract/studio/host.ts';
import { showError } from './dialogs.ts';
import type { TrainingNotifier } from './training-notifier.ts';

const LEAVE = 0;
const STOP = 1;
const CANCEL = 2;
/** Time for stopped runs to save. */
const STOP_TIMEOUT_MS = 60_000;

export interface QuitParts {
  readonly studio: StudioHost;
  readonly notifier: TrainingNotifier;
  windowOf(): BrowserWindow | undefined;
}

export class Quit {
  readonly #parts: QuitParts;
  #state: 'open' | 'asking' | 'agreed' = 'open';
  /** Work to do before a restart; undefined when the application only quits. */
  #beforeRestart: (() => void) | undefined;

  constructor(parts: QuitParts) {
    this.#parts = parts;
    app.on('before-quit', (event) => {
      if (this.#state === 'agreed') return;
      event.preventDefault();
      if (this.#state === 'asking') return;
      this.#state = 'asking';
      void this.#quit();
    });
  }

  /** Whether the user has agreed, so that the window may close. */
  get agreed(): boolean {
    return this.#state === 'agreed';
  }

  /**
   * Restart the application if the user agrees.
   *
   * @param before work before the restart, done only when the user has agreed
   */
  restart(before: () => void): void {
    if (this.#state !== 'open') return;
    this.#beforeRestart = before;
    app.quit();
  }

  async #quit(): Promise<void> {
    // If the question cannot be shown, the application quits; training goes on by itself.
    const before = this.#beforeRestart;
    this.#beforeRestart = undefined;
    if (!(await this.#mayQuit().catch(() => true)) || !this.#prepare(before)) {
      this.#state = 'open';
      return;
    }
    this.#parts.notifier.stop();
    // An error of closing the studio must not prevent quitting.
    await this.#parts.studio.close().catch(() => undefined);
    this.#state = 'agreed';
    if (before !== undefined) app.relaunch();
    app.quit();
  }

  /** @returns false when the work before a restart failed */
  #prepare(before: (() => void) | undefined): boolean {
    try {
      before?.();
      return true;
    } catch (thrown) {
      showError('ConMIM Studio', thrown);
      return false;
    }
  }

  async #mayQuit(): Promise<boolean> {
    const { studio, notifier } = this.#parts;
    const { training } = notifier;
    if (training.length === 0) return true;
    const jobs = await studio.call('jobs.list', {}).catch(() => []);
    const waiting = jobs.filter(({ state }) => state === 'waiting').length;
    const answer = await this.#ask(
      training.map(({ title }) => title),
      waiting,
    );
    if (answer === CANCEL) return false;
    if (answer === STOP) {
      // A job may have ended by itself in the meantime.
      await Promise.allSettled(training.map(({ id }) => studio.call('jobs.stop', { id })));
      const until = Date.now() + STOP_TIMEOUT_MS;
      while (notifier.training.length > 0 && Date.now() < until)
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
        'It can go on without the window. Open ConMIM Studio again to see its progress.',
        ...(waiting === 0 ? [] : [`Jobs in the queue (${waiting}) start when it is open.`]),
      ].join('\n'),
      buttons: ['Leave It Training', 'Stop', 'Cancel'],
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
