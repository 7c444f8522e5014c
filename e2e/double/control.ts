/** How a spec steers the double and hears from it: messages of the process it is forked as. */

/** What the system's dialogs answer. */
export interface Answers {
  folders: string[];
  file: string | undefined;
  save: string | undefined;
  /** Button of a question, from 0. */
  button: number;
}

export type Told =
  | { readonly type: 'window'; readonly endpoint: string; readonly preferences: object }
  | { readonly type: 'schemes'; readonly schemes: object }
  | { readonly type: 'dialog'; readonly title: string }
  | { readonly type: 'question'; readonly message: string; readonly buttons: readonly string[] }
  | { readonly type: 'error-box'; readonly title: string; readonly content: string }
  | { readonly type: 'notification'; readonly title: string; readonly body: string }
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'awake'; readonly kind: string }
  | { readonly type: 'reveal'; readonly file: string }
  | { readonly type: 'permissions'; readonly granted: readonly string[] }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'exit'; readonly code: number };

export type Order =
  | { readonly type: 'answers'; readonly answers: Partial<Answers> }
  | { readonly type: 'menu'; readonly label: string }
  | { readonly type: 'drop'; readonly paths: Readonly<Record<string, string>> }
  | { readonly type: 'close-window' }
  | { readonly type: 'quit' }
  /** As a page elsewhere would: an IPC message from a frame of that address. */
  | {
      readonly type: 'invoke-from';
      readonly id: number;
      readonly url: string;
      readonly channel: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'fetch'; readonly id: number; readonly url: string };

export function tell(message: Told): void {
  process.send?.(message);
}
