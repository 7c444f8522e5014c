/** The order of waiting jobs, in a file that all hosts of a workspace read. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { nodeDisk, replaceFile } from '../../disk/disk.ts';
import { parseRecord } from '../line-tail.ts';
import type { JobFollower } from './job-follower.ts';

const QUEUE_FILE = 'queue.json';

export class QueueOrder {
  readonly #file: string;
  #ids: readonly string[] = [];
  #text = '';

  /** @param jobs the folder of all jobs */
  constructor(jobs: string) {
    this.#file = path.join(jobs, QUEUE_FILE);
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  /** @returns whether another host has changed the file */
  async read(): Promise<boolean> {
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    if (text === this.#text) return false;
    this.#text = text;
    this.#ids = idsIn(text);
    return true;
  }

  async save(ids: readonly string[]): Promise<void> {
    this.#ids = ids;
    const text = `${JSON.stringify({ waiting: ids })}\n`;
    // Unchanged text is not written again, which could fail on a full disk.
    if (text === this.#text) return;
    await replaceFile(nodeDisk, this.#file, text);
    this.#text = text;
  }

  /** Jobs that it does not name come last, by age. */
  sorted(jobs: readonly JobFollower[]): JobFollower[] {
    const place = new Map(this.#ids.map((id, at) => [id, at]));
    const at = ({ record }: JobFollower) => place.get(record.id) ?? Number.POSITIVE_INFINITY;
    return [...jobs].sort(
      (a, b) => at(a) - at(b) || a.record.createdAt.localeCompare(b.record.createdAt),
    );
  }
}

function idsIn(text: string): string[] {
  const waiting = parseRecord(text)?.['waiting'];
  return Array.isArray(waiting) ? waiting.map(String) : [];
}
