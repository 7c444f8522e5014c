/** Start the real main process of the desktop application on the double. */
import { register } from 'node:module';
import { type Order, tell } from './control.ts';

register('./resolve-electron.js', import.meta.url);
const { answerDialogs, app, clickMenu, clickNotification } = await import('./electron.ts');
const { openWindows } = await import('./browser-window.ts');
const { filterRequest, protocolHandlers } = await import('./registry.ts');

process.on('message', async (order: Order) => {
  const window = openWindows.findLast((open) => !open.isDestroyed());
  const contents = window?.webContents;
  switch (order.type) {
    case 'answers':
      return answerDialogs(order.answers);
    case 'menu':
      return clickMenu(order.label);
    case 'drop':
      return contents?.page?.evaluate((paths) => {
        (globalThis as { __dropped?: object }).__dropped = paths;
      }, order.paths);
    case 'click-notification':
      return clickNotification();
    case 'second-instance':
      return app.emit('second-instance', {}, [], process.cwd(), order.data);
    case 'page-gone':
      return contents?.emit('render-process-gone', {}, { reason: order.reason, exitCode: 1 });
    case 'move-window':
      return window?.setBounds(order.bounds);
    case 'leave-page':
      // Only windows of Electron can show other URLs.
      return;
    case 'close-window':
      return window?.close();
    case 'quit':
      return app.quit();
    case 'invoke-from': {
      const { id, url, framed, gone, channel, args } = order;
      const value = await contents
        ?.invoke({ url, framed, gone }, channel, [...args])
        .then((answer) => ({ answer }))
        .catch((error: Error) => ({ refused: error.message }));
      return tell({ type: 'answer', id, value });
    }
    case 'fetch': {
      const { id, url, method } = order;
      const response = await protocolHandlers.get('app')?.(new Request(url, { method }));
      const value = {
        status: response?.status,
        headers: Object.fromEntries(response?.headers ?? []),
        text: await response?.text(),
      };
      return tell({ type: 'answer', id, value });
    }
    case 'filter':
      return tell({ type: 'answer', id: order.id, value: filterRequest(order.url) });
  }
});

// The spec has ended.
process.on('disconnect', () => process.exit(1));

await import('../../electron/main.ts');
