/**
 * Functions of the desktop window that a browser lacks, which the preload script exposes to its
 * page as `window.conmim`. A browser connects to the studio over a socket instead.
 */
export interface DesktopBridge {
  /** Send a call and return its reply (see wire.ts). */
  call(message: unknown): Promise<unknown>;
  /** @returns a function that ends the subscription */
  onPush(listener: (message: unknown) => void): () => void;
  /** Called when a menu item or shortcut selects a page or an action, such as `page:datasets`. */
  onMenu(listener: (action: string) => void): () => void;
  /** Show the system's dialog; empty when it was closed. */
  pickFolders(): Promise<readonly string[]>;
  pickFile(options: {
    readonly title: string;
    readonly extensions: readonly string[];
  }): Promise<string | undefined>;
  /** Ask where to save; undefined when the dialog was closed. */
  pickSavePath(options: {
    readonly title: string;
    readonly defaultName: string;
  }): Promise<string | undefined>;
  /** Save a file of the page where the user says. @returns its path; undefined if closed */
  saveFile(options: {
    readonly name: string;
    readonly bytes: Uint8Array;
  }): Promise<string | undefined>;
  /** Print a page without scripts to a PDF file where the user says. @returns its path; undefined if closed */
  savePdf(options: { readonly name: string; readonly html: string }): Promise<string | undefined>;
  /** The path of a dropped file or folder; empty if it has none. */
  pathOf(file: unknown): string;
  /** Describe dropped paths, in their order; at most `MOST_DROPPED`. */
  describePaths(paths: readonly string[]): Promise<readonly DroppedThing[]>;
  /** Restart the application with this workspace; the user may cancel. */
  changeWorkspace(folder: string): Promise<void>;
  /** Show a file in the system's file manager. */
  reveal(path: string): Promise<void>;
  about(): Promise<AboutProgram>;
}

/** A file or folder that was dropped on the window, with its kind by name and quick inspection. */
export interface DroppedThing {
  readonly path: string;
  readonly parent: string;
  readonly kind: DroppedKind;
  /** The id of a run. */
  readonly run?: string;
  /** The workspace of a run, and whether it is the current one. */
  readonly workspace?: { readonly folder: string; readonly open: boolean };
  /** The reason why it cannot be used, as a sentence; for kind `unusable`. */
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

export const MOST_DROPPED = 10_000;

/** Versions of the window's parts, and the position of their licences. */
export interface AboutProgram {
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  readonly licence?: string | undefined;
  /** Licences of all parts; missing in a checkout. */
  readonly notices?: string | undefined;
}

export const BRIDGE_NAME = 'conmim';
