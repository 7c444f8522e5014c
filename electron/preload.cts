/** What the page gets of its host: the functions of `DesktopBridge`, and nothing else. */
const electron: typeof import('electron') = require('electron');

type Bridge = import('../engine/contract/studio/desktop.ts').DesktopBridge;

const { contextBridge, ipcRenderer, webUtils } = electron;

/** Hands over what the host sends, without the event object, which could reach further. */
function listen<T>(channel: string, listener: (message: T) => void): () => void {
  const hear = (_event: unknown, message: T) => listener(message);
  ipcRenderer.on(channel, hear);
  return () => {
    ipcRenderer.off(channel, hear);
  };
}

const bridge: Bridge = {
  call: (message) => ipcRenderer.invoke('studio:call', message),
  onPush: (listener) => listen('studio:push', listener),
  onMenu: (listener) => listen('menu:action', listener),
  pickFolders: () => ipcRenderer.invoke('dialog:folders'),
  pickFile: ({ title, extensions }) =>
    ipcRenderer.invoke('dialog:file', { title, extensions: [...extensions] }),
  pickSavePath: ({ title, defaultName }) =>
    ipcRenderer.invoke('dialog:save', { title, defaultName }),
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
  reveal: (path) => ipcRenderer.invoke('shell:reveal', path),
};

contextBridge.exposeInMainWorld('conmim', bridge);
