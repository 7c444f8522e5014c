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
  /** The path of a dropped file or folder. */
  pathOf(file: unknown): string;
  /** Shows a file in the system's file manager. */
  reveal(path: string): Promise<void>;
}

export const BRIDGE_NAME = 'conmim';
