/** Menus and shortcuts; nearly all that they ask for is done by the page. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Dataset } from '../engine/contract/studio/datasets.ts';
import type { MenuAction } from './channels.ts';

const PAGES = [
  ['datasets', 'Data Sets'],
  ['pretrain', 'Pre-train'],
  ['runs', 'Runs'],
  ['finetune', 'Fine-tune'],
  ['models', 'Models'],
  ['devices', 'Devices'],
] as const;

const THEMES = [
  ['system', 'As the System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

export interface MenuParts {
  readonly isMac: boolean;
  /** Shows the window, and has its page do this. */
  act(action: MenuAction): void;
  addFolders(kind: Dataset['kind']): void;
  /** Missing when the workspace was given from outside. */
  readonly changeWorkspace: (() => void) | undefined;
}

export function setMenu(parts: MenuParts): void {
  const { isMac } = parts;
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    { label: '&File', submenu: fileMenu(parts) },
    { role: 'editMenu' },
    { label: '&View', submenu: viewMenu(parts) },
    { role: 'windowMenu' },
    { role: 'help', label: '&Help', submenu: helpMenu(parts) },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function fileMenu(parts: MenuParts): MenuItemConstructorOptions[] {
  const { isMac, act, addFolders, changeWorkspace } = parts;
  return [
    {
      label: 'Add Images…',
      accelerator: 'CmdOrCtrl+O',
      click: () => addFolders('images'),
    },
    {
      label: 'Add Labelled Images…',
      accelerator: 'CmdOrCtrl+Shift+O',
      click: () => addFolders('labelled'),
    },
    { type: 'separator' },
    {
      label: 'New Pre-training',
      accelerator: 'CmdOrCtrl+N',
      click: () => act('page:pretrain'),
    },
    { type: 'separator' },
    { label: 'Settings…', accelerator: 'CmdOrCtrl+,', click: () => act('page:devices') },
    {
      label: 'Change Workspace…',
      enabled: changeWorkspace !== undefined,
      click: () => changeWorkspace?.(),
    },
    { type: 'separator' },
    isMac ? { role: 'close' } : { role: 'quit' },
  ];
}

function viewMenu({ act }: MenuParts): MenuItemConstructorOptions[] {
  const pages = PAGES.map(
    ([page, label], i): MenuItemConstructorOptions => ({
      label,
      accelerator: `CmdOrCtrl+${i + 1}`,
      click: () => act(`page:${page}`),
    }),
  );
  const themes = THEMES.map(
    ([theme, label]): MenuItemConstructorOptions => ({
      label,
      click: () => act(`theme:${theme}`),
    }),
  );
  const forDevelopers: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ];
  return [
    ...pages,
    { type: 'separator' },
    { label: 'Colours', submenu: themes },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(app.isPackaged ? [] : forDevelopers),
  ];
}

function helpMenu({ isMac, act }: MenuParts): MenuItemConstructorOptions[] {
  return [
    { label: 'ConMIM Studio Help', accelerator: 'F1', click: () => act('page:help') },
    ...(isMac
      ? []
      : [{ label: 'About ConMIM Studio', click: () => app.showAboutPanel() } as const]),
  ];
}
