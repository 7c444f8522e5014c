/** Menus and shortcuts; what they ask for is done by the page. */
import { type BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';

const PAGES = [
  ['datasets', 'Data Sets'],
  ['pretrain', 'Pre-train'],
  ['runs', 'Runs'],
  ['finetune', 'Fine-tune'],
  ['models', 'Models'],
  ['devices', 'Devices'],
] as const;

export function setMenu(windowOf: () => BrowserWindow | undefined, isMac: boolean): void {
  const go = (page: string) => () => windowOf()?.webContents.send('menu:action', `page:${page}`);
  const pages = PAGES.map(
    ([page, label], i): MenuItemConstructorOptions => ({
      label,
      accelerator: `CmdOrCtrl+${i + 1}`,
      click: go(page),
    }),
  );
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Add Images…', accelerator: 'CmdOrCtrl+O', click: go('datasets') },
        { label: 'New Pre-training', accelerator: 'CmdOrCtrl+N', click: go('pretrain') },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        ...pages,
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
