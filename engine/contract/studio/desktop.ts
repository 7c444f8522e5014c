/**
 * What the desktop window has beyond a browser, put into its page as `window.conmim` by the preload
 * script. A browser has no such thing, and reaches the studio over a socket.
 */
export interface DesktopBridge {
  /** One call envelope in, its reply out (see wire.ts). */
  call(message: unknown): Promise<unknown>;
  /** @returns ends the subscription */
  onPush(listener: (message: unknown) => void): () => void;
  /** A menu item or shortcut asks for a page or an action, for example `page:datasets`. */
  onMenu(listener: (action: string) => void): () => void;
  /** The system's own dialog; empty when it was closed. */
  pickFolders(): Promise<readonly string[]>;
  pickFile(options: {
    readonly title: string;
    readonly extensions: readonly string[];
  }): Promise<string | undefined>;
  /** Where to save; undefined when it was closed. */
  pickSavePath(options: {
    readonly title: string;
    readonly defaultName: string;
  }): Promise<string | undefined>;
  /**
   * Asks where to save a file that the page has made, and writes it there.
   *
   * @returns its path; undefined when the dialog was closed
   */
  saveFile(options: {
    readonly name: string;
    readonly bytes: Uint8Array;
  }): Promise<string | undefined>;
  /** The path of a dropped file or folder; empty for what is none. */
  pathOf(file: unknown): string;
  /** What each of these is, in their order; at most `MOST_DROPPED`. */
  describePaths(paths: readonly string[]): Promise<readonly DroppedThing[]>;
  /** Starts the application again with this workspace; its user may still keep it from that. */
  changeWorkspace(folder: string): Promise<void>;
  /** Shows a file in the system's file manager. */
  reveal(path: string): Promise<void>;
  about(): Promise<AboutProgram>;
}

/** A file or folder that was dropped on the window, and what it is by its name and its first look. */
export interface DroppedThing {
  readonly path: string;
  /** The folder that it lies in. */
  readonly parent: string;
  readonly kind: DroppedKind;
  /** Of a run: its id. */
  readonly run?: string;
  /** Of a run: the workspace that it lies in, and whether that is the open one. */
  readonly workspace?: { readonly folder: string; readonly open: boolean };
  /** Why it cannot be used, a whole sentence; for kind `unusable`. */
  readonly reason?: string;
}

export type DroppedKind =
  | 'folder'
  | 'picture'
  /** A list of images and labels. */
  | 'table'
  /** A file or folder of weights. */
  | 'weights'
  | 'workspace'
  | 'run'
  | 'unusable';

/** More are not looked at, one by one, in one drop. */
export const MOST_DROPPED = 10_000;

/** Versions of what the window is made of, and where its licences lie. */
export interface AboutProgram {
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  readonly licence?: string | undefined;
  /** Licences of all parts; a checkout has none. */
  readonly notices?: string | undefined;
}

export const BRIDGE_NAME = 'conmim';
