/**
 * Collectives over MPI, which a thread calls so that this one never blocks.
 *
 * Arrays are summed where they lie: the thread gets the address of their memory, which does not move, and
 * this side keeps them until the answer is there.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { readErrorRecord, StudioError } from '../../contract/errors.ts';
import { type Koffi, loadKoffi } from '../../platform/native-library.ts';
import { startWorker } from '../../platform/start-worker.ts';
import type { Collectives, SummedArray } from '../collectives.ts';
import type { Launched } from '../launched.ts';
import { type ElementKind, startsOf } from './calls.ts';
import {
  askToAbort,
  type MpiCall,
  type MpiReply,
  type MpiWorkerData,
  type OpenedReply,
} from './messages.ts';

/** A process whose thread is held up in the library is ended after this. */
const ABORT_MS = 3000;
const MOST_GATHERED_BYTES = 2 ** 31 - 1;

/**
 * UCX, over which MPICH and Open MPI may communicate, replaces the functions of the system that reserve
 * memory while other threads of Node are calling them, and about one process in thirty crashed as it
 * began. It needs to know of memory for a cache of registered memory alone.
 *
 * @param file of the library; left out, it is looked for
 * @throws StudioError `mpi-missing`, `mpi-unsupported`, `mpi-failed`, `ranks-apart`
 */
export async function openMpi(
  { family, size: started }: Launched,
  file: string | undefined,
): Promise<Collectives> {
  // The thread gets a copy; libraries read the environment of the process.
  process.env['UCX_MEM_EVENTS'] ??= 'n';
  const flags = new Int32Array(new SharedArrayBuffer(4));
  const workerData: MpiWorkerData = { family, file, flags };
  const worker = startWorker(import.meta.url, './mpi-worker.ts', workerData);
  try {
    const [reply] = (await once(worker, 'message')) as [MpiReply];
    if ('error' in reply) throw readErrorRecord(reply.error);
    const opened = reply as OpenedReply;
    if (started !== undefined && started !== opened.size) throw apart(started, opened);
    return new MpiCollectives(worker, opened, flags);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

function apart(started: number, { size, name }: OpenedReply): StudioError {
  return new StudioError(
    'ranks-apart',
    `${started} processes were started together, and ${name} connects ${size} of them.`,
    {
      advice:
        'Start them by the mpirun of this library, or name the library of your mpirun with the variable CONMIM_MPI.',
      details: { started, connected: size, library: name },
    },
  );
}

interface Waiting {
  resolve(numbers: Int32Array | undefined): void;
  reject(error: unknown): void;
  /** Memory that the thread uses must not be collected. */
  readonly used: readonly ArrayBufferView[];
}

class MpiCollectives implements Collectives {
  readonly rank: number;
  readonly size: number;
  readonly library: string;
  waitedMs = 0;
  readonly #worker: Worker;
  readonly #flags: Int32Array<SharedArrayBuffer>;
  readonly #koffi: Koffi = loadKoffi();
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #ended: StudioError | undefined;

  constructor(
    worker: Worker,
    { rank, size, name }: OpenedReply,
    flags: Int32Array<SharedArrayBuffer>,
  ) {
    this.rank = rank;
    this.size = size;
    this.library = name;
    this.#worker = worker;
    this.#flags = flags;
    worker.on('message', (reply: MpiReply) => this.#take(reply));
    worker.on('error', (error) => this.#end(error.message));
    worker.on('exit', () => this.#end('it has ended'));
    worker.unref();
  }

  async sum(values: SummedArray): Promise<void> {
    const at = this.#koffi.address(values);
    await this.#ask({ call: 'sum', at, kind: kindOf(values), count: values.length }, values);
  }

  async broadcast(bytes: Uint8Array, root = 0): Promise<void> {
    const at = this.#koffi.address(bytes);
    await this.#ask({ call: 'broadcast', at, bytes: bytes.length, root }, bytes);
  }

  async gather(bytes: Uint8Array): Promise<Uint8Array[]> {
    const counts = (await this.#ask({ call: 'gather-number', value: bytes.length }))!;
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total > MOST_GATHERED_BYTES)
      throw new StudioError('mpi-failed', `${total} bytes are too many to be gathered at once.`, {
        details: { call: 'MPI_Allgatherv' },
      });
    const all = new Uint8Array(total);
    const [at, to] = [this.#koffi.address(bytes), this.#koffi.address(all)];
    await this.#ask({ call: 'gather', at, to, counts }, bytes, all);
    return Array.from(startsOf(counts), (start, i) => all.slice(start, start + counts[i]!));
  }

  async exchange(bytes: Uint8Array): Promise<Uint8Array> {
    const all = new Uint8Array(bytes.length);
    const [at, to] = [this.#koffi.address(bytes), this.#koffi.address(all)];
    await this.#ask({ call: 'exchange', at, to, each: bytes.length / this.size }, bytes, all);
    return all;
  }

  async barrier(): Promise<void> {
    await this.#ask({ call: 'barrier' });
  }

  async abort(exitCode: number): Promise<never> {
    askToAbort(this.#flags, exitCode);
    this.#worker.postMessage('abort');
    await sleep(ABORT_MS);
    // Exiting would wait for the thread. Launchers end all ranks when one is killed.
    process.kill(process.pid, 'SIGKILL');
    return new Promise<never>(() => {});
  }

  async close(): Promise<void> {
    await this.#ask({ call: 'close' });
  }

  #ask(call: MpiCall, ...used: ArrayBufferView[]): Promise<Int32Array | undefined> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, used });
      this.#worker.ref();
      this.#worker.postMessage({ ...call, id });
    });
  }

  #take(reply: MpiReply): void {
    if (!('id' in reply) || reply.id === undefined) return;
    const { resolve, reject } = this.#waiting.get(reply.id)!;
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in reply) reject(readErrorRecord(reply.error));
    else {
      this.waitedMs += reply.waitedMs;
      resolve(reply.numbers);
    }
  }

  #end(why: string): void {
    const message = `The thread that communicates with other ranks cannot be used: ${why}.`;
    this.#ended ??= new StudioError('mpi-failed', message);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

function kindOf(values: SummedArray): ElementKind {
  if (values instanceof Float32Array) return 'float32';
  return values instanceof Float64Array ? 'float64' : 'int32';
}
