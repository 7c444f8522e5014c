/** The application as a spec uses it, whatever it runs in. */
import type { Page } from '@playwright/test';

export type HostName = 'double' | 'web' | 'electron';

export interface Launched {
  readonly name: HostName;
  /** The page as it is now; another one after `relaunch`. */
  page(): Page;
  readonly workspace: string;
  /** The host dies as by a crash; nothing is asked or saved. */
  kill(): Promise<void>;
  /** Opens it again on the same workspace. */
  relaunch(): Promise<void>;
  /** The next folder or file that its user chooses. */
  choose(answers: { folders?: string[]; file?: string; save?: string }): Promise<void>;
  close(): Promise<void>;
}
