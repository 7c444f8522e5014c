/** What is said of a lock and its holder. */
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { LOCK_FILE } from './lock-files.ts';
import { type LockHolder, type LockView, SILENT_MS, UNREADABLE_MS } from './lock-watch.ts';

export interface LockSubject {
  /** What is locked, as shown in messages; by default the run of the folder's name. */
  readonly what?: string;
}

export function whatOf(dir: string, { what }: LockSubject): string {
  return what ?? `The run ${path.basename(dir)}`;
}

/** @param limitMs the longest wait, where it ends before the state is certain */
export function waitText(what: string, { holder }: LockView, limitMs?: number): string {
  const seconds = (limitMs ?? (holder === undefined ? UNREADABLE_MS : SILENT_MS)) / 1000;
  const who =
    holder === undefined
      ? 'has a lock that names no holder'
      : `was open in ${nameOf(holder)}, which cannot be looked at from here`;
  return `${what} ${who}. Looking for up to ${seconds} s whether it is still open.`;
}

function nameOf({ pid, hostname, startedAt }: LockHolder): string {
  return `process ${pid} on ${hostname} since ${new Date(startedAt).toISOString()}`;
}

export function locked(
  dir: string,
  holder: LockHolder | undefined,
  subject: LockSubject,
): StudioError {
  const who = holder === undefined ? 'another process' : nameOf(holder);
  const stop = subject.what === undefined ? ` (conmim stop ${path.basename(dir)})` : '';
  return new StudioError('run-locked', `${whatOf(dir, subject)} is open in ${who}.`, {
    advice: `Stop it there first${stop}. If that process is surely gone, delete ${path.join(dir, LOCK_FILE)}.`,
    details: { dir, pid: holder?.pid, host: holder?.hostname },
  });
}

export function lost(dir: string, what: string, holder: LockHolder | undefined): StudioError {
  const who = holder === undefined ? 'Another process' : `Another process (${nameOf(holder)})`;
  return new StudioError('run-lock-lost', `${who} has taken over: ${what}.`, {
    advice: 'Look at it there; this process stops without writing anything.',
    details: { dir, pid: holder?.pid, host: holder?.hostname },
  });
}

export function folderRemoved(dir: string, what: string, cause?: unknown): StudioError {
  return new StudioError('run-folder-removed', `${what}: its folder ${dir} was removed or moved.`, {
    advice: 'Restore the folder to resume from its last checkpoint, or start again.',
    details: { dir },
    cause,
  });
}
