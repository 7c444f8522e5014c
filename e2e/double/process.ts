/** Starts the real main process of the desktop application on the double. */
import { register } from 'node:module';
import { type Order, tell } from './control.ts';

register('./resolve-electron.js', import.meta.url);
const { answerDialogs, app, clickMenu } = await import('./electron.ts');
const { openWindows } = await import('./browser-window.ts');
const { protocolHandlers } = await import('./registry.ts');

process.on('message', async (order: Order) => {
  const window = openWindows.findLast((open) => !open.isDestroyed());
  switch (order.type) {
    case 'answers':
      answerDialogs(order.answers);
      break;
    case 'menu':
      clickMenu(order.label);
      break;
    case 'drop':
      await window?.webContents.page?.evaluate((paths) => {
        (globalThis as unknown as { __dropped: object }).__dropped = paths;
      }, order.paths);
      break;
    case 'close-window':
      window?.close();
      break;
    case 'quit':
      app.quit();
      break;
    case 'invoke-from': {
      const { id, url, channel, args } = order;
      const value = await window
        ?.invoke({ url }, channel, [...args])
        .then((answer) => ({ answer }))
        .catch((error: Error) => ({ refused: error.message }));
      tell({ type: 'answer', id, value });
      break;
    }
    case 'fetch': {
      const response = await protocolHandlers.get('app')?.(new Request(order.url));
      const value = {
        status: response?.status,
        policy: response?.headers.get('content-security-policy'),
        text: await response?.text(),
      };
      tell({ type: 'answer', id: order.id, value });
      break;
    }
  }
});

await import('../../electron/main.ts');
