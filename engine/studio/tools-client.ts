/**
 * The studio's side of the tools process: calls of functions that need native modules. Short calls
 * share a process; those that take much time, memory or a device get their own, which can be ended
 * at any time and does not affect others when it crashes.
 */

import { type ChildProcess, fork } from 'node:child_process';
import os from 'node:os';
import type { ErrorDetails } from '../contract/error-codes.ts';
import { cancelled, readErrorRecord, StudioError } from '../contract/errors.ts';
import { getOrMake } from '../contract/maps.ts';
import type {
  ToolInput,
  ToolName,
  ToolOptions,
  ToolOutput,
  ToolPort,
  ToolReply,
  ToolRequest,
} from '../contract/tools.ts';
import { processFile } from '../platform/worker-url.ts';
import { Turns } from './turns.ts';

export interface ToolsClientOptions {
  /** The executable of plain Node, not Electron; by default that of this process. */
  readonly node?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Base of relative paths; by default this process's folder. */
  readonly folder?: string | undefined;
}

interface ToolRule {
  /** The purpose of the process, for users. */
  readonly doing: string;
  /** Present if each call gets its own process. */
  readonly alone?: {
    /** Most concurrent calls, since each takes a large share of the machine. */
    readonly atOnce: number;
    /** Time for a cancelled call to save its state, ms. */
    readonly stopTimeoutMs: number;
    readonly largeHeap?: boolean;
    /** Advice when its memory runs out. */
    readonly memoryAdvice?: string;
  };
}

const RULES: { readonly [N in ToolName]: ToolRule } = {
  scan: {
    doing: 'looks through the images',
    // A cancelled scan saves its results.
    alone: { atOnce: 3, stopTimeoutMs: 60_000, largeHeap: true },
  },
  images: { doing: 'lists the images' },
  labels: { doing: 'draws the labels' },
  thumbnail: { doing: 'draws small pictures' },
  maps: { doing: 'lists maps' },
  mapPoints: { doing: 'reads a map' },
  mapImages: { doing: 'reads a map' },
  mapClasses: { doing: 'reads labels for a map' },
  mapExcluded: { doing: 'reads lists of excluded images' },
  nameOnMap: { doing: 'writes the labels' },
  mapPaths: { doing: 'reads a map' },
  mapSimilar: { doing: 'compares images' },
  mapLike: { doing: 'compares images' },
  lookups: { doing: 'lists indexes of patches' },
  lookupImages: { doing: 'looks patches up' },
  lookupWords: { doing: 'looks patches up' },
  lookupPatch: { doing: 'looks patches up' },
  preview: { doing: 'draws the preview' },
  predictions: { doing: 'reads the predictions' },
  densePredictions: { doing: 'reads the predictions' },
  maskPicture: { doing: 'draws masks' },
  objectPredictions: { doing: 'reads the predictions' },
  // One after the other, since two may have the same target.
  saveObjects: { doing: 'writes the predictions', alone: { atOnce: 1, stopTimeoutMs: 0 } },
  evaluatedImages: { doing: 'reads the predictions' },
  labelMistakes: { doing: 'reads the predictions' },
  label: { doing: 'writes the labels' },
  describeModel: { doing: 'reads the network', alone: { atOnce: 2, stopTimeoutMs: 0 } },
  modelTask: { doing: 'reads the network', alone: { atOnce: 2, stopTimeoutMs: 0 } },
  report: { doing: 'writes the report', alone: { atOnce: 2, stopTimeoutMs: 0 } },
  attention: {
    doing: 'computes attention',
    alone: {
      atOnce: 1,
      stopTimeoutMs: 0,
      memoryAdvice: 'Most likely memory ran out: choose fewer images.',
    },
  },
  devices: { doing: 'looks at the devices', alone: { atOnce: 1, stopTimeoutMs: 0 } },
  estimate: {
    doing: 'measures the training',
    alone: {
      atOnce: 1,
      // A training step blocks its process; there is nothing to save.
      stopTimeoutMs: 0,
      memoryAdvice:
        'Most likely memory ran out: use a smaller batch_size, a smaller network or smaller images.',
    },
  },
};

/** A scan of labels takes about 1 GB per million images, which can exceed the default heap. */
const LARGE_HEAP = [`--max-old-space-size=${Math.round((0.75 * os.totalmem()) / 2 ** 20)}`];

export class ToolsClient implements ToolPort {
  readonly #options: ToolsClientOptions;
  readonly #alone = new Set<ToolsProcess>();
  readonly #turns = new Map<ToolName, Turns>();
  #shared: ToolsProcess | undefined;
  #disposed = false;

  constructor(options: ToolsClientOptions = {}) {
    this.#options = options;
  }

  /** End all processes; scans save their results. Running calls fail. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const all = [...this.#alone, ...(this.#shared === undefined ? [] : [this.#shared])];
    await Promise.all(all.map((each) => each.end()));
  }

  async call<N extends ToolName>(
    name: N,
    input: ToolInput<N>,
    options: ToolOptions = {},
  ): Promise<ToolOutput<N>> {
    if (this.#disposed) throw closed();
    const { alone } = RULES[name];
    if (alone === undefined) {
      if (this.#shared?.isOver !== false) this.#shared = new ToolsProcess(this.#options);
      return this.#shared.call(name, input, options);
    }
    return this.#turnsOf(name, alone.atOnce).run(async () => {
      if (this.#disposed) throw closed();
      const own = new ToolsProcess(this.#options, alone.largeHeap ? LARGE_HEAP : []);
      this.#alone.add(own);
      try {
        return await own.call(name, input, options);
      } finally {
        this.#alone.delete(own);
        await own.end();
      }
    }, options.signal);
  }

  #turnsOf(name: ToolName, atOnce: number): Turns {
    const make = () => new Turns({ atOnce, waiting: Number.POSITIVE_INFINITY });
    return getOrMake(this.#turns, name, make);
  }
}

interface Waiting {
  readonly name: ToolName;
  readonly onProgress: ToolOptions['onProgress'];
  resolve(value: unknown): void;
  reject(error: StudioError): void;
}

/** Most last lines of the process's output that are kept. */
const ERROR_LINES = 20;

class ToolsProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  /** Resolves when it has ended and all its output was read. */
  readonly #ended: Promise<void>;
  #nextId = 0;
  #errors = '';
  #end: Promise<void> | undefined;
  isOver = false;

  /** @param execArgv options for its Node */
  constructor(
    { node = process.execPath, env = process.env, folder }: ToolsClientOptions,
    execArgv: readonly string[] = [],
  ) {
    const options = {
      execPath: node,
      ...(folder === undefined ? {} : { cwd: folder }),
      // Options of this process are not passed on: a debugger's port can be used only once.
      execArgv: [...execArgv],
      // Thumbnails are decoded on these threads, and must not wait for a preview.
      env: { UV_THREADPOOL_SIZE: '8', ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'] as ('ignore' | 'pipe' | 'ipc')[],
      // Otherwise each process opens a console window in Windows.
      windowsHide: true,
    };
    this.#child = fork(processFile(import.meta.url, '../process/tools-process.ts'), [], options);
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text)
        .split('\n')
        .slice(-ERROR_LINES - 1)
        .join('\n');
    });
    this.#child.on('message', (message) => this.#handleMessage(message as ToolReply));
    const lastWords = new Promise((resolve) => this.#child.stderr!.once('close', resolve));
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#over(`it cannot be started: ${error.message}`, {});
        resolve();
      });
      // The event is "exit", since "close" is not emitted when the channel was closed on this side.
      this.#child.once('exit', async (exitCode, signal) => {
        await lastWords;
        const how =
          signal === null ? `it ended with code ${exitCode}` : `it was ended by ${signal}`;
        this.#over(how, { exitCode: exitCode ?? undefined, signal: signal ?? undefined });
        resolve();
      });
    });
  }

  call<N extends ToolName>(
    name: N,
    input: ToolInput<N>,
    { onProgress, signal }: ToolOptions,
  ): Promise<ToolOutput<N>> {
    // A process of a single call can be killed.
    const stopTimeoutMs = RULES[name].alone?.stopTimeoutMs;
    if (signal?.aborted) return Promise.reject(cancelled());
    const id = this.#nextId++;
    const cancel = () => {
      this.#send({ type: 'cancel', id });
      if (stopTimeoutMs === undefined || stopTimeoutMs === 0) {
        this.#settle(id)?.reject(cancelled());
        if (stopTimeoutMs === 0) this.#child.kill('SIGKILL');
      } else setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs).unref();
    };
    signal?.addEventListener('abort', cancel, { once: true });
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { name, onProgress, resolve, reject });
      this.#send({ type: 'call', id, name, input } as ToolRequest);
    }).finally(() => signal?.removeEventListener('abort', cancel)) as Promise<ToolOutput<N>>;
  }

  /** End it; resolves when it has ended, or at once while a scan is still writing. */
  end(): Promise<void> {
    this.#end ??= this.#close();
    return this.#end;
  }

  async #close(): Promise<void> {
    const isSaving = [...this.#waiting.values()].some(
      ({ name }) => (RULES[name].alone?.stopTimeoutMs ?? 0) > 0,
    );
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(closed());
    // When its channel closes, the process stops its work and ends.
    if (this.#child.connected) this.#child.disconnect();
    if (isSaving) {
      this.#child.unref();
      return;
    }
    if (!this.isOver && this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #send(message: ToolRequest): void {
    // Messages that cannot be sent are answered when the process is found to have ended.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #handleMessage(message: ToolReply): void {
    if (message.type === 'progress') {
      this.#waiting.get(message.id)?.onProgress?.(message.progress);
    } else if (message.type === 'value') this.#settle(message.id)?.resolve(message.value);
    else this.#settle(message.id)?.reject(readErrorRecord(message.error));
  }

  #over(how: string, details: ProcessEnd): void {
    this.isOver = true;
    const lastLines = this.#errors.split('\n').filter((line) => line.trim() !== '');
    for (const [id, { name, reject }] of this.#waiting) {
      this.#waiting.delete(id);
      reject(
        this.#end !== undefined ? closed() : processDied(name, how, { ...details, lastLines }),
      );
    }
  }
}

function closed(): StudioError {
  return new StudioError('tools-closed', 'The studio is closing.');
}

/** Signals of a kill from outside, or by V8 for lack of memory. */
const MEMORY_SIGNALS: readonly unknown[] = ['SIGKILL', 'SIGABRT'];

type ProcessEnd = Omit<ErrorDetails<'tools-died'>, 'lastLines'>;

function processDied(
  name: ToolName,
  how: string,
  details: ErrorDetails<'tools-died'>,
): StudioError {
  const isMemory = MEMORY_SIGNALS.includes(details.signal) || details.exitCode === 134;
  const { doing, alone } = RULES[name];
  const memoryAdvice =
    alone?.memoryAdvice ?? 'Most likely memory ran out: close other programs, then try again.';
  const advice = isMemory
    ? memoryAdvice
    : 'Try again; if it happens again, the last lines of its output are in the details.';
  return new StudioError('tools-died', `The process that ${doing} failed: ${how}.`, {
    advice,
    details,
  });
}
