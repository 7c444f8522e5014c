/** What the page gets of its host: the functions of `DesktopBridge`, and nothing else. */
const electron: typeof import('electron') = require('electron');

type Bridge = import('../engine/contract/studio/desktop.ts').DesktopBridge;
type Answer = import('./channels.ts').Answer;
type RequestChannel = import('./channels.ts').RequestChannel;
type TellChannel = import('./channels.ts').TellChannel;

const { contextBridge, ipcRenderer, webUtils } = electron;

/** As in channels.ts, from which nothing can be imported here. */
const MOST_BYTES = { file: 256 << 20, paths: 16 << 20, others: 1 << 20 };

/** @returns the words of a refusal; undefined for what may be sent */
function refusalOf(bytes: number, most: number): string | undefined {
  return bytes <= most ? undefined : `This message is too large: ${most >> 20} MiB at most.`;
}

/** What a message takes as text, before it is copied into the host. */
function textBytes(message: unknown): number {
  try {
    return JSON.stringify(message)?.length ?? 0;
  } catch (error) {
    // Longer than any text can be; what is no text for another reason is for the host to refuse.
    return error instanceof RangeError ? Number.POSITIVE_INFINITY : 0;
  }
}

/**
 * @param bytes that the argument takes
 * @throws Error in the host's own words, which Electron would put behind words of its own
 */
async function ask<T>(
  channel: RequestChannel,
  argument?: unknown,
  bytes: number = textBytes(argument),
  most: number = MOST_BYTES.others,
): Promise<T> {
  const refusal = refusalOf(bytes, most);
  if (refusal !== undefined) throw new Error(refusal);
  const answer: Answer = await (argument === undefined
    ? ipcRenderer.invoke(channel)
    : ipcRenderer.invoke(channel, argument));
  if ('error' in answer) throw new Error(answer.error);
  return answer.value as T;
}

/** A call that is too large is answered as any call that fails. */
async function call(message: unknown): Promise<unknown> {
  const bytes = textBytes(message);
  const refusal = refusalOf(bytes, MOST_BYTES.others);
  if (refusal === undefined) return ask('studio:call', message, bytes);
  const id = Number((message as { id?: unknown } | null)?.id ?? -1);
  return { id, error: { type: 'error', code: 'message-too-large', message: refusal } };
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
  pickFile: ({ title, extensions }) => ask('dialog:file', { title, extensions: [...extensions] }),
  pickSavePath: ({ title, defaultName }) => ask('dialog:save', { title, defaultName }),
  saveFile: ({ name, bytes }) =>
    ask('dialog:save-file', { name, bytes }, bytes.byteLength, MOST_BYTES.file),
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
  describePaths: (paths) => ask('paths:describe', [...paths], textBytes(paths), MOST_BYTES.paths),
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
