/**
 * A stand-in for the `electron` module: the real compiled main process runs on it in plain Node, and
 * its window is a real Chromium.
 *
 * Only what the application uses is here; anything else throws by its name, so that a new use is seen.
 */
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type Electron from 'electron';
import { openWindows, BrowserWindow as Window } from './browser-window.ts';
import { type Answers, type MenuEntry, tell } from './control.ts';
import { ipcHandlers, windowEvents } from './registry.ts';
import { strict } from './strict.ts';

const dialogs: Answers = { folders: [], file: undefined, save: undefined, button: 0 };

export function answerDialogs(answers: Partial<Answers>): void {
  Object.assign(dialogs, answers);
}

class App extends EventEmitter {
  readonly isPackaged = false;
  readonly commandLine = strict('app.commandLine', {
    appendSwitch: (name: string, value?: string) => tell({ type: 'switch', name, value }),
    hasSwitch: (name: string) => process.argv.includes(`--${name}`),
  });
  #quitting = false;

  setName(): void {}
  setAppUserModelId(): void {}
  enableSandbox(): void {
    tell({ type: 'sandbox' });
  }
  getPath(name: string): string {
    const folder = path.join(process.env['DOUBLE_HOME'] ?? os.tmpdir(), name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
  async whenReady(): Promise<void> {}
  requestSingleInstanceLock(data?: unknown): boolean {
    tell({ type: 'instance', data });
    return process.env['DOUBLE_SECOND'] === undefined;
  }
  getVersion(): string {
    return '0.0.0';
  }
  setAboutPanelOptions(options: Electron.AboutPanelOptionsOptions): void {
    tell({ type: 'about-panel', options: { ...options } });
  }
  showAboutPanel(): void {
    tell({ type: 'about' });
  }
  relaunch(): void {
    tell({ type: 'relaunch', workspace: process.env['CONMIM_WORKSPACE'] });
  }
  quit(): void {
    if (this.#quitting) return;
    let prevented = false;
    const preventDefault = () => {
      prevented = true;
    };
    this.emit('before-quit', { preventDefault });
    if (prevented) return;
    this.#quitting = true;
    const closing = openWindows.filter((window) => !window.isDestroyed());
    // A window that stays open cancels quitting, as in Electron.
    for (const window of closing) window.close();
    const timeout = setTimeout(() => {
      this.#quitting = false;
    }, 60_000);
    void Promise.all(closing.map((window) => closed(window))).then(() => {
      clearTimeout(timeout);
      this.exit(0);
    });
  }
  exit(code = 0): void {
    tell({ type: 'exit', code });
    setTimeout(() => process.exit(code), 50);
  }
}

function closed(window: Window): Promise<unknown> {
  return window.isDestroyed()
    ? Promise.resolve()
    : new Promise((resolve) => window.once('closed', resolve));
}

export const app = strict('app', new App()) satisfies Pick<
  Electron.App,
  | ('isPackaged' | 'setName' | 'setAppUserModelId' | 'enableSandbox' | 'getPath' | 'whenReady')
  | ('requestSingleInstanceLock' | 'setAboutPanelOptions' | 'showAboutPanel' | 'getVersion')
  | ('relaunch' | 'quit' | 'exit')
>;

windowEvents.on('web-contents-created', (contents) =>
  app.emit('web-contents-created', {}, contents),
);
windowEvents.on('window-all-closed', () => app.emit('window-all-closed'));

export const BrowserWindow = Window;

export const ipcMain = strict('ipcMain', {
  handle(channel: string, handler: (event: never, ...args: unknown[]) => unknown) {
    ipcHandlers.set(channel, handler as never);
  },
}) satisfies Pick<Electron.IpcMain, 'handle'>;

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) =>
    tell({ type: 'schemes', schemes }),
}) satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged'>;

export { session } from './session.ts';

/** The options are the last argument; an owner may come before them. */
const optionsOf = <T>(args: readonly unknown[]) => args.at(-1) as T;

export const dialog = strict('dialog', {
  async showOpenDialog(...args: unknown[]) {
    const options = optionsOf<Electron.OpenDialogOptions>(args);
    const { title = '', properties = [], defaultPath } = options;
    tell({ type: 'dialog', title, defaultPath });
    const chosen = dialogs.file === undefined ? [] : [dialogs.file];
    const filePaths = properties.includes('openDirectory') ? dialogs.folders : chosen;
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(...args: unknown[]) {
    const { title = '', defaultPath } = optionsOf<Electron.SaveDialogOptions>(args);
    tell({ type: 'dialog', title, defaultPath });
    return { canceled: dialogs.save === undefined, filePath: dialogs.save ?? '' };
  },
  async showMessageBox(...args: unknown[]) {
    const { message, buttons = [] } = optionsOf<Electron.MessageBoxOptions>(args);
    tell({ type: 'question', message, buttons });
    const { button } = dialogs;
    if (button === null) return new Promise<never>(() => undefined);
    return { response: button, checkboxChecked: false };
  },
  showErrorBox: (title: string, content: string) => tell({ type: 'error-box', title, content }),
}) satisfies Pick<
  Electron.Dialog,
  'showOpenDialog' | 'showSaveDialog' | 'showMessageBox' | 'showErrorBox'
>;

let newest: EventEmitter | undefined;
export class Notification extends EventEmitter {
  readonly #options: Electron.NotificationConstructorOptions;
  static isSupported(): boolean {
    return true;
  }
  constructor(options: Electron.NotificationConstructorOptions) {
    super();
    this.#options = options;
  }
  show(): void {
    const { title = '', body = '', icon = '' } = this.#options;
    newest = this;
    tell({ type: 'notification', title, body, icon: String(icon) });
  }
}

/** Click the newest notification. */
export function clickNotification(): void {
  newest?.emit('click');
}

type Template = readonly Electron.MenuItemConstructorOptions[];
const within = ({ submenu }: Template[number]): Template =>
  Array.isArray(submenu) ? (submenu as Template) : [];

let menu: Template = [];
const all = (items: Template): Template => items.flatMap((item) => [item, ...all(within(item))]);

/** A built menu with its template and its items by id. */
class BuiltMenu {
  readonly template: Template;
  constructor(template: Template) {
    this.template = template;
  }
  getMenuItemById(id: string): Pick<Electron.MenuItem, 'checked'> | null {
    const item = all(this.template).find((found) => found.id === id);
    if (item === undefined) return null;
    return {
      get checked() {
        return item.checked === true;
      },
      set checked(checked: boolean) {
        item.checked = checked;
        if (checked) tell({ type: 'menu-checked', id });
      },
    };
  }
}

export const Menu = strict('Menu', {
  buildFromTemplate: (template: Template) => new BuiltMenu(template),
  setApplicationMenu(built: BuiltMenu) {
    menu = built.template;
    tell({ type: 'menu', entries: menu.map(entryOf) });
  },
}) satisfies { buildFromTemplate: unknown; setApplicationMenu: unknown };

function entryOf(item: Template[number]): MenuEntry {
  const { label = '', accelerator, role, type, visible } = item;
  return {
    label,
    ...(accelerator == null ? {} : { accelerator: String(accelerator) }),
    ...(role === undefined ? {} : { role }),
    ...(type === undefined ? {} : { type }),
    ...(visible === undefined ? {} : { visible }),
    ...(item.submenu === undefined ? {} : { entries: within(item).map(entryOf) }),
  };
}

/** Click a menu item by its label, with or without the mark of its Alt key. */
export function clickMenu(label: string): void {
  const plain = (text = '') => text.replaceAll('&', '');
  const item = all(menu).find(
    (found) => plain(found.label) === plain(label) && found.click !== undefined,
  );
  if (item === undefined) throw new Error(`There is no menu item "${label}".`);
  if (item.enabled !== false) item.click!({} as never, undefined, {} as never);
}

let themeSource: Electron.NativeTheme['themeSource'] = 'system';
export const nativeTheme = strict('nativeTheme', {
  get themeSource() {
    return themeSource;
  },
  set themeSource(source: Electron.NativeTheme['themeSource']) {
    themeSource = source;
    tell({ type: 'theme-source', source });
  },
  get shouldUseDarkColors() {
    return themeSource === 'dark';
  },
}) satisfies Pick<Electron.NativeTheme, 'themeSource' | 'shouldUseDarkColors'>;

let blockers = 0;
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start(kind: string) {
    tell({ type: 'awake', kind });
    return ++blockers;
  },
  stop(_id: number) {
    tell({ type: 'awake', kind: 'released' });
    return true;
  },
}) satisfies Pick<Electron.PowerSaveBlocker, 'start' | 'stop'>;

export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
}) satisfies { getAllDisplays(): Pick<Electron.Display, 'workArea'>[] };

export const shell = strict('shell', {
  showItemInFolder: (file: string) => tell({ type: 'reveal', file }),
}) satisfies Pick<Electron.Shell, 'showItemInFolder'>;
