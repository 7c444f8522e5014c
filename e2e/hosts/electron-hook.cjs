// Loaded by Electron before the application (-r). It records the application's calls to the system in the
// format of e2e/double/control.ts, and answers its dialogs. Everything else is Electron's own.
const { appendFileSync } = require('node:fs');
const path = require('node:path');
const electron = require('electron');
const { app, BrowserWindow, dialog, Menu, Notification, powerSaveBlocker, session } = electron;

const {
  DESKTOP_HOME: home,
  DESKTOP_TOLD,
  DESKTOP_ANSWERS = '{}',
  DESKTOP_PERMISSIONS,
} = process.env;
const permissions = JSON.parse(DESKTOP_PERMISSIONS);
const tell = (message) => appendFileSync(DESKTOP_TOLD, `${JSON.stringify(message)}\n`);
const answers = { folders: [], button: 0, ...JSON.parse(DESKTOP_ANSWERS) };
const ipcHandlers = new Map();
const requestFilters = [];
let newest;

for (const name of ['userData', 'documents']) app.setPath(name, path.join(home, name));

/** Call `before` before each call of a method. */
function watch(owner, name, before) {
  const original = owner[name];
  owner[name] = function (...args) {
    before.apply(this, args);
    return original.apply(this, args);
  };
}
function watchTheme(theme) {
  const { get, set } = Object.getOwnPropertyDescriptor(theme, 'themeSource');
  Object.defineProperty(theme, 'themeSource', {
    get: () => get.call(theme),
    set(source) {
      set.call(theme, source);
      tell({ type: 'theme-source', source });
    },
  });
}
const optionsOf = (args) => args.at(-1);

watch(app.commandLine, 'appendSwitch', (name, value) => tell({ type: 'switch', name, value }));
watch(app, 'enableSandbox', () => tell({ type: 'sandbox' }));
watch(app, 'showAboutPanel', () => tell({ type: 'about' }));
// The spec restarts the application itself.
app.relaunch = () => tell({ type: 'relaunch', workspace: process.env.CONMIM_WORKSPACE });
watch(app, 'requestSingleInstanceLock', (data) => tell({ type: 'instance', data }));
watch(app, 'setAboutPanelOptions', (options) => tell({ type: 'about-panel', options }));
watch(electron.protocol, 'registerSchemesAsPrivileged', (schemes) =>
  tell({ type: 'schemes', schemes }),
);
watch(electron.ipcMain, 'handle', (channel, handler) => ipcHandlers.set(channel, handler));
watch(electron.shell, 'showItemInFolder', (file) => tell({ type: 'reveal', file }));
watch(powerSaveBlocker, 'start', (kind) => tell({ type: 'awake', kind }));
watch(powerSaveBlocker, 'stop', () => tell({ type: 'awake', kind: 'released' }));
watch(BrowserWindow.prototype, 'setProgressBar', (share, options) =>
  tell({ type: 'progress', share, mode: options?.mode }),
);
watch(BrowserWindow.prototype, 'focus', () => tell({ type: 'focus' }));

dialog.showOpenDialog = async (...args) => {
  const { title = '', properties = [], defaultPath } = optionsOf(args);
  tell({ type: 'dialog', title, defaultPath });
  const chosen = answers.file === undefined ? [] : [answers.file];
  const filePaths = properties.includes('openDirectory') ? answers.folders : chosen;
  return { canceled: filePaths.length === 0, filePaths };
};
dialog.showSaveDialog = async (...args) => {
  const { title = '', defaultPath } = optionsOf(args);
  tell({ type: 'dialog', title, defaultPath });
  return { canceled: answers.save === undefined, filePath: answers.save ?? '' };
};
dialog.showMessageBox = async (...args) => {
  const { message, buttons = [] } = optionsOf(args);
  tell({ type: 'question', message, buttons });
  return { response: answers.button, checkboxChecked: false };
};
dialog.showErrorBox = (title, content) => tell({ type: 'error-box', title, content });

// Without a desktop environment, notifications are not supported.
Notification.isSupported = () => true;
Notification.prototype.show = function () {
  newest = this;
  tell({ type: 'notification', title: this.title, body: this.body });
};

// Without this, Electron shows its default menu before that of the application.
Menu.setApplicationMenu(null);
const entriesOf = (menu) =>
  menu.items.map(({ label, accelerator, role, type, visible, submenu }) => ({
    label,
    ...(accelerator ? { accelerator: String(accelerator) } : {}),
    ...(role ? { role } : {}),
    type,
    visible,
    ...(submenu ? { entries: entriesOf(submenu) } : {}),
  }));
watch(Menu, 'setApplicationMenu', (menu) => tell({ type: 'menu', entries: entriesOf(menu) }));
const { getMenuItemById } = Menu.prototype;
Menu.prototype.getMenuItemById = function (id) {
  const item = getMenuItemById.call(this, id);
  return item && new Proxy(item, { set: setItem });
};
function setItem(item, name, value) {
  item[name] = value;
  if (name === 'checked' && value) tell({ type: 'menu-checked', id: item.id });
  return true;
}

app.whenReady().then(() => {
  const { defaultSession } = session;
  watchTheme(electron.nativeTheme);
  const permitted = (by, names, ask) =>
    tell({ type: 'permissions', by, granted: names.filter((name) => ask(name)) });
  watch(defaultSession, 'setPermissionRequestHandler', (handler) =>
    permitted('request', permissions, (name) => {
      let granted = false;
      handler(undefined, name, (yes) => {
        granted = yes;
      });
      return granted;
    }),
  );
  watch(defaultSession, 'setPermissionCheckHandler', (handler) =>
    permitted('check', permissions, (name) => handler(undefined, name)),
  );
  watch(defaultSession, 'setDevicePermissionHandler', (handler) =>
    permitted('device', ['hid', 'serial', 'usb'], (deviceType) => handler({ deviceType })),
  );
  watch(defaultSession.webRequest, 'onBeforeRequest', (listener) => requestFilters.push(listener));
});

app.on('web-contents-created', (_, contents) => {
  watch(contents, 'setWebRTCIPHandlingPolicy', (policy) => tell({ type: 'webrtc', policy }));
  watch(contents, 'reload', () => tell({ type: 'reload' }));
  const { setWindowOpenHandler } = contents;
  contents.setWindowOpenHandler = (handler) =>
    setWindowOpenHandler.call(contents, (details) => {
      const answer = handler(details);
      tell({ type: 'window-open', url: details.url, action: answer.action });
      return answer;
    });
  // This listener runs after those of the application.
  setImmediate(() =>
    contents.on('will-frame-navigate', ({ url, defaultPrevented }) =>
      tell({ type: 'navigation', url, prevented: defaultPrevented }),
    ),
  );
});
app.on('browser-window-created', (_, window) => {
  window.once('ready-to-show', () =>
    tell({
      type: 'window',
      endpoint: '',
      preferences: window.webContents.getLastWebPreferences(),
      bounds: window.getBounds(),
    }),
  );
});

const plain = (label) => label.replace('&', '');
const find = (menu, label) =>
  menu.items
    .flatMap((item) => [item, ...(item.submenu ? [find(item.submenu, label)] : [])])
    .find((item) => item && plain(item.label) === plain(label) && item.type !== 'submenu');

/** Handles orders of a spec in the format of e2e/double/control.ts, and returns their replies. */
globalThis.__desktop = {
  async handleOrder(order) {
    const window = BrowserWindow.getAllWindows()[0];
    const contents = window?.webContents;
    switch (order.type) {
      case 'answers':
        return void Object.assign(answers, order.answers);
      case 'menu': {
        const item = find(Menu.getApplicationMenu(), order.label);
        if (item === undefined) throw new Error(`There is no menu item "${order.label}".`);
        return void item.click(undefined, window, contents);
      }
      case 'click-notification':
        return void newest?.emit('click');
      case 'second-instance':
        return void app.emit('second-instance', {}, [], process.cwd(), order.data);
      case 'page-gone':
        return void contents.emit('render-process-gone', {}, { reason: order.reason, exitCode: 1 });
      case 'move-window':
        return void window.setBounds(order.bounds);
      case 'leave-page':
        return void contents.loadURL(order.url).catch(() => undefined);
      case 'close-window':
        return void window?.close();
      case 'quit':
        return void app.quit();
      case 'invoke-from': {
        const handler = ipcHandlers.get(order.channel);
        const senderFrame = order.gone
          ? null
          : { url: order.url, parent: order.framed ? {} : null };
        if (handler === undefined)
          return { refused: `Error: No handler registered for '${order.channel}'` };
        return Promise.resolve(handler({ sender: contents, senderFrame }, ...order.args)).then(
          (answer) => ({ answer }),
          (error) => ({ refused: String(error) }),
        );
      }
      case 'fetch': {
        const response = await electron.net.fetch(order.url, { method: order.method });
        const headers = Object.fromEntries(response.headers);
        return { status: response.status, headers, text: await response.text() };
      }
      case 'filter':
        return requestFilters.every((filter) => {
          let passes = false;
          filter({ url: order.url }, ({ cancel }) => {
            passes = cancel !== true;
          });
          return passes;
        });
    }
  },
};
