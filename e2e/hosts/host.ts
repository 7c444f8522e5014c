/** The application as specs use it, in any host. */
import type { Page } from '@playwright/test';

export type HostName = 'double' | 'web' | 'electron';

export interface LaunchedHost {
  readonly name: HostName;
  /** The current page; another one after `relaunch`. */
  page(): Page;
  readonly workspace: string;
  /** Kill the host, as in a crash. */
  kill(): Promise<void>;
  /** Open the application again with the same workspace. */
  relaunch(): Promise<void>;
  /** Set the folders or the file that the next dialogs return. */
  choose(answers: { folders?: string[]; file?: string; save?: string }): Promise<void>;
  close(): Promise<void>;
}
