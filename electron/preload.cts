/** What the page gets of its host: the functions of `DesktopBridge`, and nothing else. */
const electron: typeof import('electron') = require('electron');

type Bridge = import('../engine/contract/studio/desktop.ts').DesktopBridge;
type Answer = import('./channels.ts').Answer;
type RequestChannel = import('./channels.ts').RequestChannel;
type TellChannel = import('./channels.ts').TellChannel;

const { contextBridge, ipcRenderer, webUtils } = electron;

/** @throws Error in the host's own words, which Electron would put behind words of its own */
async function ask<T>(channel: RequestChannel, ...argument: readonly unknown[]): Promise<T> {
  const answer: Answer = await ipcRenderer.invoke(channel, ...argument);
  if ('error' in answer) throw new Error(answer.error);
  return answer.value as T;
}

/** Hands over what the host sends, without the event object, which could reach further. */
function listen<T>(channel: TellChannel, listener: (message: T) => void): () => void {
  const hear = (_event: unknown, message: T) => listener(message);
  ipcRenderer.on(channel, hear);
  return () => {
    ipcRenderer.off(channel, hear);
  };
}

const bridge: Bridge = {
  call: (message) => ask('studio:call', message),
  onPush: (listener) => listen('studio:push', listener),
  onMenu: (listener) => listen('menu:action', listener),
  pickFolders: () => ask('dialog:folders'),
  pickFile: ({ title, extensions }) => ask('dialog:file', { title, extensions: [...extensions] }),
  pickSavePath: ({ title, defaultName }) => ask('dialog:save', { title, defaultName }),
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
  reveal: (path) => ask('shell:reveal', path),
};

contextBridge.exposeInMainWorld('conmim', bridge);
