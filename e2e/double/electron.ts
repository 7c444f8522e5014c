/**
 * A stand-in for the `electron` module: the real compiled main process runs on it in plain Node, and
 * its window is a real Chromium.
 *
 * Only what the application uses is here; anything else throws by its name, so that a new use is seen.
 */
import { EventEmitter } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import type Electron from 'electron';
import { openWindows, BrowserWindow as Window } from './browser-window.ts';
import { type Answers, tell } from './control.ts';
import { ipcHandlers, protocolHandlers, requestFilters } from './registry.ts';

/** Members that are not here throw by name when they are touched. */
function strict<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target) && key !== 'then')
        throw new Error(`The double of electron has no ${name}.${key}.`);
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const dialogs: Answers = { folders: [], file: undefined, save: undefined, button: 0 };

export function answerDialogs(answers: Partial<Answers>): void {
  Object.assign(dialogs, answers);
}

class App extends EventEmitter {
  readonly isPackaged = false;
  #quitting = false;

  setName(): void {}
  getPath(name: string): string {
    const home = process.env['DOUBLE_HOME'] ?? os.tmpdir();
    return path.join(home, name);
  }
  async whenReady(): Promise<void> {}
  requestSingleInstanceLock(): boolean {
    return true;
  }
  quit(): void {
    if (this.#quitting) return;
    let prevented = false;
    this.emit('before-quit', {
      preventDefault() {
        prevented = true;
      },
    });
    if (prevented) return;
    this.#quitting = true;
    void Promise.all(openWindows.map((window) => window.dispose())).finally(() => this.exit(0));
  }
  exit(code: number): void {
    tell({ type: 'exit', code });
    setTimeout(() => process.exit(code), 50);
  }
}

export const app = strict('app', new App()) satisfies Pick<
  Electron.App,
  'isPackaged' | 'setName' | 'getPath' | 'whenReady' | 'requestSingleInstanceLock' | 'quit' | 'exit'
>;

export const BrowserWindow = Window;

export const ipcMain = strict('ipcMain', {
  handle(channel: string, handler: (event: never, ...args: unknown[]) => unknown) {
    ipcHandlers.set(channel, handler as never);
  },
}) satisfies Pick<Electron.IpcMain, 'handle'>;

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]) {
    tell({ type: 'schemes', schemes });
  },
}) satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged'>;

export const session = strict('session', {
  defaultSession: strict('session.defaultSession', {
    protocol: strict('session.protocol', {
      handle(scheme: string, handler: (request: Request) => Response | Promise<Response>) {
        protocolHandlers.set(scheme, handler);
      },
    }),
    webRequest: strict('session.webRequest', {
      onBeforeRequest(listener: never) {
        requestFilters.push(listener);
      },
    }),
  }),
});

export const dialog = strict('dialog', {
  async showOpenDialog(_window: unknown, options: Electron.OpenDialogOptions) {
    tell({ type: 'dialog', title: options.title ?? '' });
    const folders = options.properties?.includes('multiSelections') === true;
    const filePaths = folders ? dialogs.folders : dialogs.file === undefined ? [] : [dialogs.file];
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(_window: unknown, options: Electron.SaveDialogOptions) {
    tell({ type: 'dialog', title: options.title ?? '' });
    return { canceled: dialogs.save === undefined, filePath: dialogs.save ?? '' };
  },
  async showMessageBox(...args: unknown[]) {
    const options = args.at(-1) as Electron.MessageBoxOptions;
    tell({ type: 'question', message: options.message, buttons: options.buttons ?? [] });
    return { response: dialogs.button, checkboxChecked: false };
  },
  showErrorBox(title: string, content: string) {
    tell({ type: 'error-box', title, content });
  },
});

class SystemNotification extends EventEmitter {
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
    tell({ type: 'notification', title, body });
  }
}
export const Notification = SystemNotification;

let menu: Electron.MenuItemConstructorOptions[] = [];
export const Menu = strict('Menu', {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template as never,
  setApplicationMenu(template: unknown) {
    menu = template as Electron.MenuItemConstructorOptions[];
  },
});

/** Clicks a menu item by its label. */
export function clickMenu(label: string): void {
  const items = menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const item = items.find((found) => found.label === label);
  if (item?.click === undefined) throw new Error(`There is no menu item "${label}".`);
  item.click({} as never, undefined, {} as never);
}

let blockers = 0;
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start(kind: string) {
    tell({ type: 'awake', kind });
    return ++blockers;
  },
  stop() {
    tell({ type: 'awake', kind: 'released' });
  },
});

export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
});

export const shell = strict('shell', {
  showItemInFolder(file: string) {
    tell({ type: 'reveal', file });
  },
});
