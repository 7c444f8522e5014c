/** Messages between a spec and the process of the double: orders of the spec, and calls that it observes. */

/** Replies of the system dialogs. */
export interface Answers {
  folders: string[];
  file: string | undefined;
  save: string | undefined;
  /** Index of the pressed button; null for a question that is left open. */
  button: number | null;
}

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MenuEntry {
  readonly label: string;
  readonly accelerator?: string;
  readonly role?: string;
  readonly type?: string;
  readonly visible?: boolean;
  readonly entries?: readonly MenuEntry[];
}

export type Told =
  | {
      readonly type: 'window';
      /** The DevTools endpoint of Chromium. */
      readonly endpoint: string;
      readonly preferences: Readonly<Record<string, unknown>>;
      readonly bounds: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'webrtc'; readonly policy: string }
  | { readonly type: 'window-open'; readonly url: string; readonly action: string }
  | { readonly type: 'navigation'; readonly url: string; readonly prevented: boolean }
  | { readonly type: 'focus' | 'reload' | 'sandbox' | 'about' }
  /** `workspace` is the CONMIM_WORKSPACE of the next start. */
  | { readonly type: 'relaunch'; readonly workspace: string | undefined }
  | { readonly type: 'about-panel'; readonly options: Readonly<Record<string, unknown>> }
  /** Data that a second start sends to the first. */
  | { readonly type: 'instance'; readonly data: unknown }
  | { readonly type: 'theme-source'; readonly source: string }
  /** The item of a group that is checked now. */
  | { readonly type: 'menu-checked'; readonly id: string }
  /** A message to a page that has crashed, for which Electron prints a stack trace. */
  | { readonly type: 'lost-message'; readonly channel: string }
  | { readonly type: 'switch'; readonly name: string; readonly value: string | undefined }
  | { readonly type: 'schemes'; readonly schemes: object }
  | { readonly type: 'menu'; readonly entries: readonly MenuEntry[] }
  | {
      readonly type: 'dialog';
      readonly title: string;
      readonly defaultPath: string | undefined;
    }
  | { readonly type: 'question'; readonly message: string; readonly buttons: readonly string[] }
  | { readonly type: 'error-box'; readonly title: string; readonly content: string }
  | {
      readonly type: 'notification';
      readonly title: string;
      readonly body: string;
      readonly icon: string;
    }
  | { readonly type: 'progress'; readonly share: number; readonly mode: string | undefined }
  | { readonly type: 'awake'; readonly kind: string }
  | { readonly type: 'reveal'; readonly file: string }
  /** The granted permissions, for requests, for checks and for devices. */
  | {
      readonly type: 'permissions';
      readonly by: 'request' | 'check' | 'device';
      readonly granted: readonly string[];
    }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'exit'; readonly code: number };

export type Order =
  | { readonly type: 'answers'; readonly answers: Partial<Answers> }
  | { readonly type: 'menu'; readonly label: string }
  | { readonly type: 'drop'; readonly paths: Readonly<Record<string, string>> }
  | { readonly type: 'click-notification' }
  | { readonly type: 'second-instance'; readonly data?: unknown }
  /** The page's process ends unexpectedly. */
  | { readonly type: 'page-gone'; readonly reason: string }
  | { readonly type: 'move-window'; readonly bounds: Bounds }
  /** The host loads another URL in the window. */
  | { readonly type: 'leave-page'; readonly url: string }
  | { readonly type: 'close-window' }
  | { readonly type: 'quit' }
  /** An IPC message from a frame with this URL. */
  | {
      readonly type: 'invoke-from';
      readonly id: number;
      readonly url: string;
      /** Whether the frame is in another frame. */
      readonly framed: boolean;
      /** Whether its page has closed when the message is handled. */
      readonly gone: boolean;
      readonly channel: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'fetch'; readonly id: number; readonly url: string; readonly method: string }
  /** Whether the filter passes a request of the page to this URL. */
  | { readonly type: 'filter'; readonly id: number; readonly url: string };

export function tell(message: Told): void {
  process.send?.(message);
}
