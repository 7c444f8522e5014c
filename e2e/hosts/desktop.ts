/** What a spec can see and do of the desktop application, on the double and in Electron itself. */
import type { Order, Told } from '../double/control.ts';
import type { Launched } from './host.ts';

/** Only ends what hangs. */
export const PATIENCE_MS = 180_000;

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface LaunchedDesktop extends Launched {
  /** Everything that the application has asked of the system, from its first start on. */
  readonly told: readonly Told[];
  /** What it asks next of this kind, or has already asked after `since` things told. */
  next<T extends Told['type']>(type: T, since?: number): Promise<Extract<Told, { type: T }>>;
  order(order: Order): void;
  /** What an IPC message from a frame of some address is answered. */
  invokeFrom(
    frame: { readonly url: string; readonly framed?: boolean; readonly gone?: boolean },
    channel: string,
    args: readonly unknown[],
  ): Promise<{ answer?: unknown; refused?: string }>;
  /** What the page's protocol answers. */
  fetch(url: string, method?: string): Promise<PageAnswer>;
  /** Whether a request of the page to this address is let through. */
  lets(url: string): Promise<boolean>;
  /** Starts the application a second time. @returns its exit code */
  startSecond(): Promise<number | null>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
}

/** What was told next, or has already been told after `since`. */
export async function nextTold<T extends Told['type']>(
  told: () => readonly Told[],
  type: T,
  since: number,
): Promise<Extract<Told, { type: T }>> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = told()
      .slice(since)
      .find((message) => message.type === type);
    if (found !== undefined) return found as Extract<Told, { type: T }>;
    if (Date.now() > until) throw new Error(`The application asked for no ${type}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
