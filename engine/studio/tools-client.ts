/**
 * The studio's side of the tools process: functions that need native modules, called as if they were
 * here. Short answers come from one process that stays; what takes long, much memory or a device gets a
 * process of its own, so that it can be ended at any time and takes nothing with it when it dies.
 */
import { type ChildProcess, fork } from 'node:child_process';
import os from 'node:os';
import type { ErrorDetails } from '../contract/error-codes.ts';
import { readErrorRecord, StudioError } from '../contract/errors.ts';
import type { RequestOf } from '../contract/jobs/register.ts';
import type {
  ToolInput,
  ToolName,
  ToolOutput,
  ToolProgress,
  ToolReply,
  ToolRequest,
} from '../contract/tools.ts';
import { processFile } from '../platform/worker-url.ts';
import type { Tools } from './tools.ts';
import { Turns } from './turns.ts';

export interface ToolsClientOptions {
  /** A plain Node, not Electron; the one that runs this when left out. */
  readonly node?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Where paths that are not whole begin; where this process is when left out. */
  readonly folder?: string | undefined;
}

export interface CallOptions {
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  /** Ends the call with a StudioError `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

/** Calls that get a process of their own, and how long each may take to end in good order, ms. */
const ALONE: Readonly<Partial<Record<ToolName, number>>> = {
  // It still writes down what it has seen.
  scan: 60_000,
  // A training step blocks its process, and nothing is lost with it.
  estimate: 0,
  devices: 0,
  describeModel: 0,
};

/** Processes of a kind at the same time: each takes a large share of the machine. */
const AT_ONCE: Readonly<Partial<Record<ToolName, number>>> = {
  ...{ scan: 3, estimate: 1, devices: 1, describeModel: 2 },
};

/** Millions of images are more than Node takes memory for by itself: about 1 GB a million. */
const LARGE_HEAP = [`--max-old-space-size=${Math.round((0.75 * os.totalmem()) / 2 ** 20)}`];

export class ToolsClient implements Tools {
  readonly #options: ToolsClientOptions;
  readonly #alone = new Set<ToolsProcess>();
  /** Of each kind of call that has a process of its own. */
  readonly #turns = new Map<ToolName, Turns>();
  #shared: ToolsProcess | undefined;
  #disposed = false;

  constructor(options: ToolsClientOptions = {}) {
    this.#options = options;
  }

  /** @throws StudioError as scans do; `cancelled`, `tools-died` */
  scan(order: ToolInput<'scan'>, options?: CallOptions) {
    return this.#call('scan', order, options);
  }

  /** A page of the list that a scan wrote. @throws StudioError `listing-missing`, `listing-damaged` */
  images(order: ToolInput<'images'>) {
    return this.#call('images', order);
  }

  /** @throws StudioError `image-unreadable` */
  async thumbnail(
    path: string,
    side: number,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array }> {
    const { type, base64 } = await this.#call('thumbnail', { path, side });
    return { type, bytes: Buffer.from(base64, 'base64') };
  }

  /** @throws StudioError `folder-missing`, `no-images`, `recipe-invalid`, … */
  preview(order: ToolInput<'preview'>, options?: CallOptions) {
    return this.#call('preview', order, options);
  }

  /** @throws StudioError as opening models does */
  describeModel(order: ToolInput<'describeModel'>, options?: CallOptions) {
    return this.#call('describeModel', order, options);
  }

  devices() {
    return this.#call('devices', {});
  }

  /** Measures on the device; takes up to a minute. @throws StudioError as training would */
  estimate(
    request: RequestOf<'pretrain'>,
    { workspace, ...options }: CallOptions & { readonly workspace: string },
  ) {
    return this.#call('estimate', { workspace, request }, options);
  }

  /** Ends all processes; scans write down what they have seen. Calls under way fail. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const all = [...this.#alone, ...(this.#shared === undefined ? [] : [this.#shared])];
    await Promise.all(all.map((each) => each.end()));
  }

  async #call<N extends ToolName>(
    name: N,
    input: ToolInput<N>,
    options: CallOptions = {},
  ): Promise<ToolOutput<N>> {
    if (this.#disposed) throw closed();
    const patienceMs = ALONE[name];
    if (patienceMs === undefined) {
      if (this.#shared?.isOver !== false) this.#shared = new ToolsProcess(this.#options);
      return this.#shared.call(name, input, options);
    }
    return this.#turnsOf(name).run(async () => {
      if (this.#disposed) throw closed();
      const own = new ToolsProcess(this.#options, name === 'scan' ? LARGE_HEAP : []);
      this.#alone.add(own);
      try {
        return await own.call(name, input, options, patienceMs);
      } finally {
        this.#alone.delete(own);
        await own.end();
      }
    }, options.signal);
  }

  #turnsOf(name: ToolName): Turns {
    const turns =
      this.#turns.get(name) ??
      new Turns({ atOnce: AT_ONCE[name] ?? 1, waiting: Number.POSITIVE_INFINITY });
    this.#turns.set(name, turns);
    return turns;
  }
}

interface Waiting {
  readonly name: ToolName;
  readonly onProgress: CallOptions['onProgress'];
  resolve(value: unknown): void;
  reject(error: StudioError): void;
}

/** Of what the process said last. */
const ERROR_LINES = 20;

class ToolsProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  /** Settles when it is gone and all that it said was read. */
  readonly #gone: Promise<void>;
  #nextId = 0;
  #errors = '';
  #end: Promise<void> | undefined;
  isOver = false;

  /** @param execArgv options of its Node */
  constructor(
    { node = process.execPath, env = process.env, folder }: ToolsClientOptions,
    execArgv: readonly string[] = [],
  ) {
    const options = {
      execPath: node,
      ...(folder === undefined ? {} : { cwd: folder }),
      // Not those of this process: a debugger's port can be used once only.
      execArgv: [...execArgv],
      // Thumbnails are decoded on these threads, and must not wait for a preview.
      env: { UV_THREADPOOL_SIZE: '8', ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'] as ('ignore' | 'pipe' | 'ipc')[],
      // Else each one opens a console window on Windows.
      windowsHide: true,
    };
    this.#child = fork(processFile(import.meta.url, '../process/tools-process.ts'), [], options);
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text)
        .split('\n')
        .slice(-ERROR_LINES - 1)
        .join('\n');
    });
    this.#child.on('message', (message) => this.#hear(message as ToolReply));
    const lastWords = new Promise((resolve) => this.#child.stderr!.once('close', resolve));
    this.#gone = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#over(`it cannot be started: ${error.message}`, {});
        resolve();
      });
      // Not "close": that never comes when the channel was closed on this side.
      this.#child.once('exit', async (exitCode, signal) => {
        await lastWords;
        const how =
          signal === null ? `it ended with code ${exitCode}` : `it was ended by ${signal}`;
        this.#over(how, { exitCode: exitCode ?? undefined, signal: signal ?? undefined });
        resolve();
      });
    });
  }

  /**
   * @param patienceMs how long a cancelled call may take to end in good order, when it is alone; left
   *   out where others are under way and the process must stay
   */
  call<N extends ToolName>(
    name: N,
    input: ToolInput<N>,
    { onProgress, signal }: CallOptions,
    patienceMs?: number,
  ): Promise<ToolOutput<N>> {
    if (signal?.aborted) return Promise.reject(cancelled());
    const id = this.#nextId++;
    const cancel = () => {
      this.#send({ type: 'cancel', id });
      if (patienceMs === undefined || patienceMs === 0) {
        this.#settle(id)?.reject(cancelled());
        if (patienceMs === 0) this.#child.kill('SIGKILL');
      } else setTimeout(() => this.#child.kill('SIGKILL'), patienceMs).unref();
    };
    signal?.addEventListener('abort', cancel, { once: true });
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { name, onProgress, resolve, reject });
      this.#send({ type: 'call', id, name, input } as ToolRequest);
    }).finally(() => signal?.removeEventListener('abort', cancel)) as Promise<ToolOutput<N>>;
  }

  /** Ends it; resolves when it is gone, or at once where a scan is still writing. */
  end(): Promise<void> {
    this.#end ??= this.#close();
    return this.#end;
  }

  async #close(): Promise<void> {
    const isScanning = [...this.#waiting.values()].some(({ name }) => name === 'scan');
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(closed());
    // Without its channel it stops what is running, and ends.
    if (this.#child.connected) this.#child.disconnect();
    if (isScanning) {
      this.#child.unref();
      return;
    }
    if (!this.isOver && this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  #send(message: ToolRequest): void {
    // What cannot be sent is answered when the process is found to be over.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #hear(message: ToolReply): void {
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
      reject(this.#end !== undefined ? closed() : died(name, how, { ...details, lastLines }));
    }
  }
}

function cancelled(): StudioError {
  return new StudioError('cancelled', 'It was cancelled.');
}

function closed(): StudioError {
  return new StudioError('tools-closed', 'The studio is closing.');
}

const DOING: Readonly<Record<ToolName, string>> = {
  scan: 'looks through the images',
  images: 'lists the images',
  thumbnail: 'draws small pictures',
  preview: 'draws the preview',
  describeModel: 'reads the network',
  devices: 'looks at the devices',
  estimate: 'measures the training',
};

/** Killed from outside, or by V8 for lack of memory. */
const MEMORY_SIGNALS: readonly unknown[] = ['SIGKILL', 'SIGABRT'];

type ProcessEnd = Omit<ErrorDetails<'tools-died'>, 'lastLines'>;

function died(name: ToolName, how: string, details: ErrorDetails<'tools-died'>): StudioError {
  const isMemory = MEMORY_SIGNALS.includes(details.signal) || details.exitCode === 134;
  const advice =
    name === 'estimate' && isMemory
      ? 'Most likely memory ran out: use a smaller batch_size, a smaller network or smaller images.'
      : isMemory
        ? 'Most likely memory ran out: close other programs, then try again.'
        : 'Try again; if it happens again, the last lines of its output are in the details.';
  return new StudioError('tools-died', `The process that ${DOING[name]} failed: ${how}.`, {
    advice,
    details,
  });
}
