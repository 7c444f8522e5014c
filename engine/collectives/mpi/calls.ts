/** MPI's functions, for the thread that initialised it; each blocks until it is done. */
import { StudioError } from '../../contract/errors.ts';
import type { Pointer } from '../../platform/native-library.ts';
import { HANDLES, type MpiHandles } from './handles.ts';
import type { FoundLibrary } from './library.ts';

/** All calls come from the thread that initialised MPI. */
const FUNNELED = 1;
/** Counts are 32-bit; longer arrays are passed in pieces of this many elements. */
const MOST_ELEMENTS = 2 ** 28;
const MOST_CHARACTERS = 512;

/** C declarations; H is the type of a handle. */
const PROTOTYPES = {
  init: 'int MPI_Init_thread(void *argc, void *argv, int required, void *provided)',
  finalize: 'int MPI_Finalize()',
  setErrorHandler: 'int MPI_Comm_set_errhandler(H comm, H handler)',
  errorText: 'int MPI_Error_string(int code, void *text, void *length)',
  rank: 'int MPI_Comm_rank(H comm, void *rank)',
  size: 'int MPI_Comm_size(H comm, void *size)',
  allReduce: 'int MPI_Allreduce(void *from, void *to, int count, H type, H op, H comm)',
  broadcast: 'int MPI_Bcast(void *buffer, int count, H type, int root, H comm)',
  allGather:
    'int MPI_Allgather(void *from, int count, H type, void *to, int each, H to_type, H comm)',
  allGatherVaried:
    'int MPI_Allgatherv(void *from, int count, H type, void *to, void *counts, void *starts, H to_type, H comm)',
  allToAll:
    'int MPI_Alltoall(void *from, int each, H type, void *to, int each_to, H to_type, H comm)',
  startBarrier: 'int MPI_Ibarrier(H comm, void *request)',
  test: 'int MPI_Test(void *request, void *done, void *status)',
  abort: 'int MPI_Abort(H comm, int code)',
} as const;

type CallName = keyof typeof PROTOTYPES;
export type ElementKind = 'float32' | 'float64' | 'int32';
export const ELEMENT_BYTES: Readonly<Record<ElementKind, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
};

export class MpiCalls {
  readonly rank: number;
  readonly size: number;
  readonly name: string;
  readonly #handles: MpiHandles;
  readonly #functions: Readonly<Record<CallName, (...args: unknown[]) => number>>;
  /** A handle of a request: a pointer, or a number in its lower half. */
  readonly #request = new BigUint64Array(1);
  readonly #number = new Int32Array(1);

  /** @throws StudioError `mpi-failed` */
  constructor({ library, family, name }: FoundLibrary) {
    this.name = name;
    this.#handles = HANDLES[family](library);
    const { type, world, returnErrors } = this.#handles;
    this.#functions = Object.fromEntries(
      Object.entries(PROTOTYPES).map(([call, prototype]) => [
        call,
        library.func(prototype.replaceAll(/\bH\b/g, type)),
      ]),
    ) as Record<CallName, (...args: unknown[]) => number>;
    this.#call('init', null, null, FUNNELED, this.#number);
    if (this.#number[0]! < FUNNELED)
      throw new StudioError('mpi-failed', `${name} cannot be used by a program with threads.`, {
        advice: 'Use a build of the library with thread support.',
        details: { call: 'MPI_Init_thread' },
      });
    this.#call('setErrorHandler', world, returnErrors);
    this.rank = this.#numberOf('rank');
    this.size = this.#numberOf('size');
  }

  sum(at: Pointer, kind: ElementKind, count: number): void {
    const { inPlace, sum, world, [kind]: type } = this.#handles;
    for (const [start, length] of pieces(count)) {
      const place = at + BigInt(start * ELEMENT_BYTES[kind]);
      this.#call('allReduce', inPlace, place, length, type, sum, world);
    }
  }

  broadcast(at: Pointer, bytes: number, root: number): void {
    const { byte, world } = this.#handles;
    for (const [start, length] of pieces(bytes))
      this.#call('broadcast', at + BigInt(start), length, byte, root, world);
  }

  /** A number of each rank, by rank. */
  gatherNumber(value: number): Int32Array {
    const { int32, world } = this.#handles;
    const all = new Int32Array(this.size);
    this.#call('allGather', Int32Array.of(value), 1, int32, all, 1, int32, world);
    return all;
  }

  /** @param to room for the bytes of all ranks, whose numbers are `counts` */
  gather(at: Pointer, to: Pointer, counts: Int32Array): void {
    const { byte, world } = this.#handles;
    const own = counts[this.rank]!;
    this.#call('allGatherVaried', at, own, byte, to, counts, startsOf(counts), byte, world);
  }

  /** @param each bytes of a part */
  exchange(at: Pointer, to: Pointer, each: number): void {
    const { byte, world } = this.#handles;
    this.#call('allToAll', at, each, byte, to, each, byte, world);
  }

  /** Announce that this rank is here; `allAreHere` then tells whether all are. */
  startBarrier(): void {
    this.#call('startBarrier', this.#handles.world, this.#request);
  }

  /** Asking also lets the library make progress. */
  allAreHere(): boolean {
    this.#call('test', this.#request, this.#number, this.#handles.noStatus);
    return this.#number[0] !== 0;
  }

  /** Ends this process and asks for the end of the others. */
  abort(exitCode: number): void {
    this.#functions.abort(this.#handles.world, exitCode);
  }

  finalize(): void {
    this.#call('finalize');
  }

  #numberOf(call: 'rank' | 'size'): number {
    this.#call(call, this.#handles.world, this.#number);
    return this.#number[0]!;
  }

  /** @throws StudioError `mpi-failed` */
  #call(call: CallName, ...args: unknown[]): void {
    const code = this.#functions[call](...args);
    if (code === 0) return;
    const text = Buffer.alloc(MOST_CHARACTERS);
    const length = new Int32Array(1);
    this.#functions.errorText(code, text, length);
    const reason = text.toString('latin1', 0, length[0]).replace(/\0.*$/s, '');
    const called = /MPI_\w+/.exec(PROTOTYPES[call])![0];
    throw new StudioError('mpi-failed', `${this.name} reports an error in ${called}: ${reason}`, {
      advice: 'Look at what the other ranks report, and at the network between the hosts.',
      details: { call: called, reason },
    });
  }
}

/** Where the part of each rank begins when they lie one after the other. */
export function startsOf(counts: Int32Array): Int32Array {
  const starts = new Int32Array(counts.length);
  for (let rank = 1; rank < counts.length; rank++)
    starts[rank] = starts[rank - 1]! + counts[rank - 1]!;
  return starts;
}

/** Start and length of each piece; none of nothing. */
function* pieces(count: number): Generator<readonly [number, number]> {
  for (let start = 0; start < count; start += MOST_ELEMENTS)
    yield [start, Math.min(MOST_ELEMENTS, count - start)];
}
