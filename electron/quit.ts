/** Quitting while something is trained: it is asked, and training may go on without the window. */
import { app, type BrowserWindow, dialog } from 'electron';
import type { StudioHost } from '../engine/contract/studio/host.ts';
import type { Attention } from './attention.ts';

const LEAVE = 0;
const STOP = 1;
const CANCEL = 2;
/** Stopped runs save first. */
const STOP_PATIENCE_MS = 60_000;

export function askBeforeQuit(parts: {
  readonly studio: StudioHost;
  readonly attention: Attention;
  readonly windowOf: () => BrowserWindow | undefined;
}): void {
  const { studio, attention, windowOf } = parts;
  let state: 'open' | 'asking' | 'closed' = 'open';
  app.on('before-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'asking') return;
    state = 'asking';
    void (async () => {
      if (!(await mayQuit(studio, attention, windowOf()))) {
        state = 'open';
        return;
      }
      attention.stop();
      await studio.close();
      state = 'closed';
      app.quit();
    })();
  });
}

async function mayQuit(
  studio: StudioHost,
  attention: Attention,
  window: BrowserWindow | undefined,
): Promise<boolean> {
  const { training } = attention;
  if (training.length === 0) return true;
  const question = {
    type: 'question' as const,
    message: `${training.map(({ title }) => `“${title}”`).join(', ')} is still being trained.`,
    detail: 'It can go on without the window. Open ConMIM Studio again to see how it stands.',
    buttons: ['Leave It Training', 'Stop and Keep', 'Cancel'],
    defaultId: LEAVE,
    cancelId: CANCEL,
    noLink: true,
  };
  const { response } =
    window === undefined
      ? await dialog.showMessageBox(question)
      : await dialog.showMessageBox(window, question);
  if (response === CANCEL) return false;
  if (response === STOP) {
    await Promise.all(training.map(({ id }) => studio.call('jobs.stop', { id })));
    const until = Date.now() + STOP_PATIENCE_MS;
    while (attention.training.length > 0 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return true;
}
