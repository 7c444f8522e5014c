/** Menus and shortcuts. The page performs most of their actions. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Dataset } from '../engine/contract/studio/datasets.ts';
import type { AppSettings } from '../engine/contract/studio/settings.ts';
import type { MenuAction } from './channels.ts';

const PAGES = [
  ['datasets', '&Data Sets'],
  ['pretrain', '&Pre-train'],
  ['runs', '&Runs'],
  ['finetune', '&Fine-tune'],
  ['models', '&Models'],
  ['devices', 'D&evices'],
  // Last, so that the shortcuts of the others stay.
  ['predict', 'Predic&t'],
  ['studies', 'St&udies'],
] as const;

const THEMES = [
  ['system', '&As the System'],
  ['light', '&Light'],
  ['dark', '&Dark'],
] as const;

type Theme = AppSettings['theme'];

export interface MenuParts {
  readonly isMac: boolean;
  /** Show the window and send the action to its page. */
  act(action: MenuAction): void;
  addFolders(kind: Dataset['kind']): void;
  /** Undefined when CONMIM_WORKSPACE sets the workspace. */
  readonly changeWorkspace: (() => void) | undefined;
}

export interface ShownMenu {
  /** Mark the current theme. */
  showTheme(theme: Theme): void;
}

/** The character after `&` in a label is its Alt key, which is unique within each menu. */
export function setMenu(parts: MenuParts): ShownMenu {
  const { isMac, act } = parts;
  let shown: Theme = 'system';
  const showTheme = (theme: Theme) => {
    shown = theme;
    const item = menu.getMenuItemById(themeId(theme));
    if (item !== null) item.checked = true;
  };
  const chooseTheme = (theme: Theme) => {
    act(`theme:${theme}`);
    // The system marks the clicked item at once; the mark is reset until the page has saved the theme.
    showTheme(shown);
  };
  const menu = Menu.buildFromTemplate([
    ...(isMac ? [macMenu(parts)] : []),
    { label: '&File', submenu: fileMenu(parts) },
    isMac ? { role: 'editMenu' } : { label: '&Edit', submenu: EDIT },
    { label: '&View', submenu: viewMenu(parts, chooseTheme) },
    isMac ? { role: 'windowMenu' } : { label: '&Window', submenu: WINDOW },
    { role: 'help', label: '&Help', submenu: helpMenu(parts) },
  ]);
  Menu.setApplicationMenu(menu);
  return { showTheme };
}

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

const EDIT: MenuItemConstructorOptions[] = [
  { role: 'undo', label: '&Undo' },
  { role: 'redo', label: '&Redo' },
  SEPARATOR,
  { role: 'cut', label: 'Cu&t' },
  { role: 'copy', label: '&Copy' },
  { role: 'paste', label: '&Paste' },
  { role: 'delete', label: '&Delete' },
  SEPARATOR,
  { role: 'selectAll', label: 'Select &All' },
];

const WINDOW: MenuItemConstructorOptions[] = [
  { role: 'minimize', label: '&Minimize' },
  { role: 'close', label: '&Close' },
];

/** The application menu of macOS. */
function macMenu(parts: MenuParts): MenuItemConstructorOptions {
  return {
    label: app.name,
    submenu: [
      about(parts),
      SEPARATOR,
      settings(parts),
      SEPARATOR,
      { role: 'services' },
      SEPARATOR,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      SEPARATOR,
      { role: 'quit' },
    ],
  };
}

function about({ act }: MenuParts): MenuItemConstructorOptions {
  return { label: '&About ConMIM Studio', click: () => act('page:help/about') };
}

function settings({ act }: MenuParts): MenuItemConstructorOptions {
  return {
    label: '&Settings…',
    accelerator: 'CmdOrCtrl+,',
    click: () => act('page:settings'),
  };
}

function fileMenu(parts: MenuParts): MenuItemConstructorOptions[] {
  const { isMac, act, addFolders, changeWorkspace } = parts;
  return [
    {
      label: 'Add &Images…',
      accelerator: 'CmdOrCtrl+O',
      click: () => addFolders('images'),
    },
    {
      label: 'Add &Labelled Images…',
      accelerator: 'CmdOrCtrl+Shift+O',
      click: () => addFolders('labelled'),
    },
    SEPARATOR,
    {
      label: '&New Pre-training',
      accelerator: 'CmdOrCtrl+N',
      click: () => act('page:pretrain'),
    },
    SEPARATOR,
    ...(isMac ? [] : [settings(parts)]),
    {
      label: 'Change &Workspace…',
      enabled: changeWorkspace !== undefined,
      click: () => changeWorkspace?.(),
    },
    SEPARATOR,
    isMac ? { role: 'close' } : { role: 'quit', label: '&Quit' },
  ];
}

function viewMenu(
  { act }: MenuParts,
  chooseTheme: (theme: Theme) => void,
): MenuItemConstructorOptions[] {
  const pages = PAGES.map(
    ([page, label], i): MenuItemConstructorOptions => ({
      label,
      accelerator: `CmdOrCtrl+${i + 1}`,
      click: () => act(`page:${page}`),
    }),
  );
  const themes = THEMES.map(
    ([theme, label]): MenuItemConstructorOptions => ({
      id: themeId(theme),
      label,
      type: 'radio',
      checked: theme === 'system',
      click: () => chooseTheme(theme),
    }),
  );
  const forDevelopers: MenuItemConstructorOptions[] = [
    SEPARATOR,
    { role: 'reload', label: 'Re&load' },
    { role: 'toggleDevTools', label: 'De&veloper Tools' },
  ];
  return [
    ...pages,
    SEPARATOR,
    { label: '&Colours', submenu: themes },
    { role: 'resetZoom', label: 'Actual &Size' },
    { role: 'zoomIn', label: 'Zoom &In' },
    { role: 'zoomOut', label: 'Zoom &Out' },
    ...moreZoomKeys,
    { role: 'togglefullscreen', label: 'Full Scree&n' },
    ...(app.isPackaged ? [] : forDevelopers),
  ];
}

/** Hidden items with further shortcuts: the usual one to zoom in needs Shift, and none is on the keypad. */
const moreZoomKeys = (
  [
    ['zoomIn', 'CmdOrCtrl+='],
    ['zoomIn', 'CmdOrCtrl+numadd'],
    ['zoomOut', 'CmdOrCtrl+numsub'],
    ['resetZoom', 'CmdOrCtrl+num0'],
  ] as const
).map(
  ([role, accelerator]): MenuItemConstructorOptions => ({
    role,
    accelerator,
    visible: false,
    acceleratorWorksWhenHidden: true,
  }),
);

function themeId(theme: Theme): string {
  return `theme:${theme}`;
}

function helpMenu(parts: MenuParts): MenuItemConstructorOptions[] {
  const { isMac, act } = parts;
  return [
    { label: 'ConMIM Studio &Help', accelerator: 'F1', click: () => act('page:help') },
    ...(isMac ? [] : [about(parts)]),
  ];
}
