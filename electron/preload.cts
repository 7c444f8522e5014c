/** The preload script: it exposes the functions of `DesktopBridge` to the page, and nothing else. */
const electron: typeof import('electron') = require('electron');

type Bridge = import('../engine/contract/studio/desktop.ts').DesktopBridge;
type HostReply = import('./channels.ts').HostReply;
type RequestChannel = import('./channels.ts').RequestChannel;
type HostChannel = import('./channels.ts').HostChannel;

const { contextBridge, ipcRenderer, webUtils } = electron;

/** The same limits as in channels.ts, which cannot be imported here. */
const MOST_BYTES = { file: 256 << 20, paths: 16 << 20, others: 1 << 20 };

type Outgoing = { readonly message: unknown } | { readonly refusal: string };

/**
 * Convert a message to JSON and back, so that what is measured is what is sent. Buffers, maps and the like
 * would be copied into the host in full, although the text of the message is small.
 */
function outgoing(message: unknown, most: number): Outgoing {
  let text: string | undefined;
  try {
    text = JSON.stringify(message);
  } catch (error) {
    // The text would be longer or nested deeper than the engine supports.
    if (error instanceof RangeError) return { refusal: tooLarge(most) };
    return { refusal: 'This message cannot be sent: it is not plain data.' };
  }
  if (text === undefined) return { message: undefined };
  return text.length > most ? { refusal: tooLarge(most) } : { message: JSON.parse(text) };
}

function tooLarge(most: number): string {
  return `This message is too large: ${most >> 20} MiB at most.`;
}

/** @throws Error with the message of the host; Electron would prepend a text to thrown errors */
async function invoke<T>(channel: RequestChannel, ...args: unknown[]): Promise<T> {
  const reply: HostReply = await ipcRenderer.invoke(channel, ...args);
  if ('error' in reply) throw new Error(reply.error);
  return reply.value as T;
}

/** @throws Error for a message that cannot be sent, or with the message of the host */
async function ask<T>(
  channel: RequestChannel,
  argument?: unknown,
  most: number = MOST_BYTES.others,
): Promise<T> {
  const sent = outgoing(argument, most);
  if ('refusal' in sent) throw new Error(sent.refusal);
  return sent.message === undefined ? invoke(channel) : invoke(channel, sent.message);
}

/** Send a call. One that cannot be sent gets the same kind of reply as any call that fails. */
async function call(message: unknown): Promise<unknown> {
  const sent = outgoing(message, MOST_BYTES.others);
  if ('message' in sent) return invoke('studio:call', sent.message);
  const id = Number((message as { id?: unknown } | null)?.id ?? -1);
  return { id, error: { type: 'error', code: 'message-too-large', message: sent.refusal } };
}

async function saveFile(name: unknown, bytes: unknown): Promise<string | undefined> {
  if (!(bytes instanceof Uint8Array)) throw new Error('A file to save needs bytes.');
  if (bytes.byteLength > MOST_BYTES.file) throw new Error(tooLarge(MOST_BYTES.file));
  const sent = outgoing(name, MOST_BYTES.others);
  if ('refusal' in sent) throw new Error(sent.refusal);
  // The copy contains only the bytes of the view; the whole buffer would be sent otherwise.
  return invoke('dialog:save-file', { name: sent.message, bytes: bytes.slice() });
}

/** Pass messages of the host to a listener, without the event object, which exposes more of Electron. */
function listen<T>(channel: HostChannel, listener: (message: T) => void): () => void {
  const handle = (_event: unknown, message: T) => listener(message);
  ipcRenderer.on(channel, handle);
  return () => {
    ipcRenderer.off(channel, handle);
  };
}

const bridge: Bridge = {
  call,
  onPush: (listener) => listen('studio:push', listener),
  onMenu: (listener) => listen('menu:action', listener),
  pickFolders: () => ask('dialog:folders'),
  pickFile: ({ title, extensions }) => ask('dialog:file', { title, extensions }),
  pickSavePath: ({ title, defaultName }) => ask('dialog:save', { title, defaultName }),
  saveFile: ({ name, bytes }) => saveFile(name, bytes),
  savePdf: ({ name, html }) => ask('dialog:save-pdf', { name, html }, MOST_BYTES.file),
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
  describePaths: (paths) => ask('paths:describe', paths, MOST_BYTES.paths),
  changeWorkspace: (folder) => ask('workspace:change', folder),
  reveal: (path) => ask('shell:reveal', path),
  about: () => ask('app:about'),
};

/** The part of Chromium's Navigation API that is used here; Node's types do not have it. */
interface NavigateEvent {
  readonly destination: { readonly url: string };
  preventDefault(): void;
}
const { navigation } = globalThis as unknown as {
  readonly navigation: {
    addEventListener(type: 'navigate', listener: (event: NavigateEvent) => void): void;
  };
};
// Navigation to empty pages fires no event in the host, which prevents all other navigation (electron/confinement.ts).
navigation.addEventListener('navigate', (event) => {
  if (event.destination.url.startsWith('about:')) event.preventDefault();
});

contextBridge.exposeInMainWorld('conmim', bridge);
