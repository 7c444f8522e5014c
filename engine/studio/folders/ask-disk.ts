/**
 * Questions to disks that may never answer, such as those of other machines. An open one keeps one
 * of the process's few threads for files, so the same question is not asked twice at a time.
 */
import { realpath } from 'node:fs';
import { promisify } from 'node:util';
import { StudioError } from '../../contract/errors.ts';

// Unlike the one of node:fs/promises, it keeps the letters of drives in Windows.
const resolveLinks = promisify(realpath);

/** A page that waits for an answer could go nowhere else. */
const PATIENCE_MS = 15_000;

/** Open questions, with their answers or errors in time. */
const open = new Map<string, Promise<unknown>>();

/**
 * What a disk answers, or that it does not. The same question shares the answer, and fails at once
 * while an earlier one has been open for too long.
 *
 * @throws StudioError `folder-unreadable` when the time is over; errors of `ask`
 */
export function askDisk<T>(
  question: 'stat' | 'realpath',
  target: string,
  ask: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const key = `${question} ${target}`;
  const same = open.get(key) as Promise<T> | undefined;
  if (same !== undefined) return same;
  const answer = ask();
  const inTime = answerWithin(answer, target, patienceMs);
  open.set(key, inTime);
  const close = () => open.delete(key);
  answer.then(close, close);
  return inTime;
}

/** @param absolute a whole path, whose links are resolved */
export function realPathOf(absolute: string): Promise<string> {
  return askDisk('realpath', absolute, () => resolveLinks(absolute));
}

/** @throws StudioError `folder-unreadable` when the time is over; errors of `answer` */
export async function answerWithin<T>(
  answer: Promise<T>,
  folder: string,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new StudioError('folder-unreadable', `${folder} does not answer.`, {
          advice: 'Check that its disk or network share is connected, or choose another folder.',
        }),
      );
    }, patienceMs);
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
