/**
 * A full scan in a thread of its own, beside a training that began with a quick one. It takes one
 * file at a time and rests between, so it takes at most an eighth of the machine, and half a core.
 */
import type { Worker } from 'node:worker_threads';
import type { StackChannels } from '../../contract/settings/stack-channels.ts';
import type { Tiling } from '../../contract/settings/tiling.ts';
import { startWorker } from '../../platform/start-worker.ts';
import type { DatasetIndex, Unreadable } from '../sources/index-types.ts';
import type { ScanProgress } from './examine.ts';

/** What a quick scan did not know of the images. */
export interface FoundInFull extends Pick<DatasetIndex, 'images' | 'fingerprint' | 'doubts'> {
  readonly unreadable: number;
  /** the first of them */
  readonly unreadableFiles: readonly Unreadable[];
  /** images with the content of an earlier one */
  readonly copies: number;
  /** the first groups of equal images, by path */
  readonly copiedFiles: readonly (readonly string[])[];
}

export type ScanEnd =
  | { readonly type: 'complete'; readonly found: FoundInFull }
  /** it was asked to; what was examined is remembered */
  | { readonly type: 'stopped'; readonly progress: ScanProgress }
  | { readonly type: 'failed'; readonly message: string };

/** What the thread is given. */
export interface ScanOrder {
  readonly folders: readonly string[];
  readonly indexFile: string;
  /** how large images are divided */
  readonly tiles?: Tiling;
  /** dimensions of TIFF stacks that are channels */
  readonly stacks?: StackChannels;
  /** paths of images that are left out */
  readonly excluded?: ReadonlySet<string>;
}

export class BackgroundScan {
  readonly #worker: Worker;
  readonly #ended: Promise<ScanEnd>;

  constructor(order: ScanOrder) {
    this.#worker = startWorker(import.meta.url, './scan-worker.ts', order);
    this.#ended = new Promise((resolve) => {
      this.#worker.on('message', resolve);
      this.#worker.on('error', ({ message }) => resolve({ type: 'failed', message }));
      this.#worker.on('exit', (code) =>
        resolve({ type: 'failed', message: `its thread ended with code ${code}` }),
      );
    });
    void this.#ended.then(() => this.#worker.terminate());
    // A process whose work is done need not wait for it.
    this.#worker.unref();
  }

  get ended(): Promise<ScanEnd> {
    return this.#ended;
  }

  /** Ends the scan early if it goes on. What was examined is remembered. */
  async close(): Promise<ScanEnd> {
    this.#worker.ref();
    this.#worker.postMessage('stop');
    return this.#ended;
  }
}
