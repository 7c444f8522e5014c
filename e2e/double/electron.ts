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
  requestSingleInstanceLock(): boolean {
    return process.env['DOUBLE_SECOND'] === undefined;
  }
  showAboutPanel(): void {
    tell({ type: 'about' });
  }
  relaunch(): void {
    tell({ type: 'relaunch' });
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
    // One that refuses to close ends the quitting, as in Electron.
    for (const window of closing) window.close();
    const patience = setTimeout(() => {
      this.#quitting = false;
    }, 5000);
    void Promise.all(closing.map((window) => closed(window))).then(() => {
      clearTimeout(patience);
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
  | ('requestSingleInstanceLock' | 'showAboutPanel' | 'relaunch' | 'quit' | 'exit')
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

/** Options come last; an owner may come before them. */
const optionsOf = <T>(args: readonly unknown[]) => args.at(-1) as T;

export const dialog = strict('dialog', {
  async showOpenDialog(...args: unknown[]) {
    const { title = '', properties = [] } = optionsOf<Electron.OpenDialogOptions>(args);
    tell({ type: 'dialog', title });
    const chosen = dialogs.file === undefined ? [] : [dialogs.file];
    const filePaths = properties.includes('openDirectory') ? dialogs.folders : chosen;
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(...args: unknown[]) {
    tell({ type: 'dialog', title: optionsOf<Electron.SaveDialogOptions>(args).title ?? '' });
    return { canceled: dialogs.save === undefined, filePath: dialogs.save ?? '' };
  },
  async showMessageBox(...args: unknown[]) {
    const { message, buttons = [] } = optionsOf<Electron.MessageBoxOptions>(args);
    tell({ type: 'question', message, buttons });
    return { response: dialogs.button, checkboxChecked: false };
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
    const { title = '', body = '' } = this.#options;
    newest = this;
    tell({ type: 'notification', title, body });
  }
}

/** The newest notification is clicked. */
export function clickNotification(): void {
  newest?.emit('click');
}

type Template = readonly Electron.MenuItemConstructorOptions[];
const within = ({ submenu }: Template[number]): Template =>
  Array.isArray(submenu) ? (submenu as Template) : [];

let menu: Template = [];
export const Menu = strict('Menu', {
  buildFromTemplate: (template: Template) => template as unknown as Electron.Menu,
  setApplicationMenu(template: unknown) {
    menu = template as Template;
    tell({ type: 'menu', entries: menu.map(entryOf) });
  },
}) satisfies { buildFromTemplate: unknown } & Pick<typeof Electron.Menu, 'setApplicationMenu'>;

function entryOf(item: Template[number]): MenuEntry {
  const { label = '', accelerator, role } = item;
  return {
    label,
    ...(accelerator == null ? {} : { accelerator: String(accelerator) }),
    ...(role === undefined ? {} : { role }),
    ...(item.submenu === undefined ? {} : { entries: within(item).map(entryOf) }),
  };
}

/** Clicks a menu item by its label. */
export function clickMenu(label: string): void {
  const all = (items: Template): Template => items.flatMap((item) => [item, ...all(within(item))]);
  const item = all(menu).find((found) => found.label === label && found.click !== undefined);
  if (item === undefined) throw new Error(`There is no menu item "${label}".`);
  if (item.enabled !== false) item.click!({} as never, undefined, {} as never);
}

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
