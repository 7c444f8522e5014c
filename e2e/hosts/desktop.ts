/** What a spec can observe and do in the desktop application, in the double and in Electron. */
import type { ChildProcess } from 'node:child_process';
import type { MenuEntry, Order, Told } from '../double/control.ts';
import type { LaunchedHost } from './host.ts';

/** A limit for hanging tests only. */
export const TIMEOUT_MS = 180_000;

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface LaunchedDesktop extends LaunchedHost {
  /** All calls of the application to the system, from its first start on. */
  readonly told: readonly Told[];
  /** The next call of this kind, or the first one after `since` calls. */
  next<T extends Told['type']>(type: T, since?: number): Promise<Extract<Told, { type: T }>>;
  order(order: Order): void;
  /** The reply to an IPC message from a frame with some URL. */
  invokeFrom(
    frame: { readonly url: string; readonly framed?: boolean; readonly gone?: boolean },
    channel: string,
    args: readonly unknown[],
  ): Promise<{ answer?: unknown; refused?: string }>;
  /** The response of the page's protocol. */
  fetch(url: string, method?: string): Promise<PageAnswer>;
  /** Whether the filter passes a request of the page to this URL. */
  lets(url: string): Promise<boolean>;
  /** Start the application a second time. @returns its exit code */
  startSecond(): Promise<number | null>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
}

/** The next call of a kind, or the first one after `since` calls. */
export async function nextTold<T extends Told['type']>(
  told: () => readonly Told[],
  type: T,
  since: number,
): Promise<Extract<Told, { type: T }>> {
  const until = Date.now() + TIMEOUT_MS;
  for (;;) {
    const found = told()
      .slice(since)
      .find((message) => message.type === type);
    if (found !== undefined) return found as Extract<Told, { type: T }>;
    if (Date.now() > until) throw new Error(`The application asked for no ${type}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** All entries of a menu and its submenus. */
export function flatMenu(entries: readonly MenuEntry[]): readonly MenuEntry[] {
  return entries.flatMap((entry) => [entry, ...flatMenu(entry.entries ?? [])]);
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode === null && signalCode === null;

/** Resolves with the exit code of a process. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (isRunning(child)) child.once('exit', (code) => resolve(code));
    else resolve(child.exitCode);
  });
}

/** Quit the application unless it has ended: a running training goes on, and a process that hangs is killed. */
export async function quitApplication(
  child: ChildProcess,
  order: LaunchedDesktop['order'],
): Promise<void> {
  if (!isRunning(child)) return;
  const exited = exitOf(child);
  order({ type: 'answers', answers: { button: 0 } });
  order({ type: 'quit' });
  const timeout = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  await exited;
  clearTimeout(timeout);
}
