/** What the page gets of its host: the functions of `DesktopBridge`, and nothing else. */
const electron: typeof import('electron') = require('electron');

type Bridge = import('../engine/contract/studio/desktop.ts').DesktopBridge;
type Answer = import('./channels.ts').Answer;
type RequestChannel = import('./channels.ts').RequestChannel;
type TellChannel = import('./channels.ts').TellChannel;

const { contextBridge, ipcRenderer, webUtils } = electron;

/** As in channels.ts, from which nothing can be imported here. */
const MOST_BYTES = { file: 256 << 20, paths: 16 << 20, others: 1 << 20 };

type Outgoing = { readonly message: unknown } | { readonly refusal: string };

/**
 * What may be sent of a message: what text can hold of it, which is what was measured. Buffers, maps and
 * the like would be copied into the host whole, however small the text of the message is.
 */
function outgoing(message: unknown, most: number): Outgoing {
  let text: string | undefined;
  try {
    text = JSON.stringify(message);
  } catch (error) {
    // Longer than any text can be, or deeper.
    if (error instanceof RangeError) return { refusal: tooLarge(most) };
    return { refusal: 'This message cannot be sent: it holds more than plain data.' };
  }
  if (text === undefined) return { message: undefined };
  return text.length > most ? { refusal: tooLarge(most) } : { message: JSON.parse(text) };
}

function tooLarge(most: number): string {
  return `This message is too large: ${most >> 20} MiB at most.`;
}

/** @throws Error in the host's own words, which Electron would put behind words of its own */
async function invoke<T>(channel: RequestChannel, ...words: unknown[]): Promise<T> {
  const answer: Answer = await ipcRenderer.invoke(channel, ...words);
  if ('error' in answer) throw new Error(answer.error);
  return answer.value as T;
}

/** @throws Error for a message that may not be sent, or in the host's own words */
async function ask<T>(
  channel: RequestChannel,
  argument?: unknown,
  most: number = MOST_BYTES.others,
): Promise<T> {
  const sent = outgoing(argument, most);
  if ('refusal' in sent) throw new Error(sent.refusal);
  return sent.message === undefined ? invoke(channel) : invoke(channel, sent.message);
}

/** A call that may not be sent is answered as any call that fails. */
async function call(message: unknown): Promise<unknown> {
  const sent = outgoing(message, MOST_BYTES.others);
  if ('message' in sent) return invoke('studio:call', sent.message);
  const id = Number((message as { id?: unknown } | null)?.id ?? -1);
  return { id, error: { type: 'error', code: 'message-too-large', message: sent.refusal } };
}

async function saveFile(name: unknown, bytes: unknown): Promise<string | undefined> {
  if (!(bytes instanceof Uint8Array)) throw new Error('A file to be saved holds bytes.');
  if (bytes.byteLength > MOST_BYTES.file) throw new Error(tooLarge(MOST_BYTES.file));
  const sent = outgoing(name, MOST_BYTES.others);
  if ('refusal' in sent) throw new Error(sent.refusal);
  // A part of a buffer would be sent with the whole of it.
  return invoke('dialog:save-file', { name: sent.message, bytes: bytes.slice() });
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
  call,
  onPush: (listener) => listen('studio:push', listener),
  onMenu: (listener) => listen('menu:action', listener),
  pickFolders: () => ask('dialog:folders'),
  pickFile: ({ title, extensions }) => ask('dialog:file', { title, extensions }),
  pickSavePath: ({ title, defaultName }) => ask('dialog:save', { title, defaultName }),
  saveFile: ({ name, bytes }) => saveFile(name, bytes),
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
  describePaths: (paths) => ask('paths:describe', paths, MOST_BYTES.paths),
  changeWorkspace: (folder) => ask('workspace:change', folder),
  reveal: (path) => ask('shell:reveal', path),
  about: () => ask('app:about'),
};

/** Of Chromium's Navigation API, which this project's types do not have here. */
interface NavigateEvent {
  readonly destination: { readonly url: string };
  preventDefault(): void;
}
const { navigation } = globalThis as unknown as {
  readonly navigation: {
    addEventListener(type: 'navigate', listener: (event: NavigateEvent) => void): void;
  };
};
// Empty pages are shown without asking the host, which prevents all others (electron/confinement.ts).
navigation.addEventListener('navigate', (event) => {
  if (event.destination.url.startsWith('about:')) event.preventDefault();
});

contextBridge.exposeInMainWorld('conmim', bridge);
