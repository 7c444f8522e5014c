/** Ranks within one process, for tests of what they compute together. */
import type { Collectives, SummedArray } from '../collectives.ts';

interface Meeting {
  readonly arrays: (ArrayBufferView | undefined)[];
  readonly done: Promise<void>;
  finish(): void;
}

/** Collectives that wait for one another; each is used by its own course of asynchronous work. */
export function inProcessRanks(size: number): Collectives[] {
  const meetings: Meeting[] = [];
  const called = new Array<number>(size).fill(0);
  const meet = async (
    rank: number,
    array: ArrayBufferView,
    combine: (all: ArrayBufferView[]) => void,
  ) => {
    const turn = called[rank]!++;
    meetings[turn] ??= newMeeting();
    const { arrays, done, finish } = meetings[turn];
    arrays[rank] = array;
    if (arrays.filter((each) => each !== undefined).length === size) {
      combine(arrays as ArrayBufferView[]);
      finish();
    }
    await done;
    return arrays as ArrayBufferView[];
  };
  return Array.from(
    { length: size },
    (_, rank): Collectives => ({
      rank,
      size,
      library: 'this process',
      async sum(values) {
        await meet(rank, values, (all) => {
          const arrays = all as SummedArray[];
          const total = arrays[0]!.slice();
          for (const each of arrays.slice(1))
            for (const [i, value] of each.entries()) total[i]! += value;
          for (const each of arrays) each.set(total);
        });
      },
      async broadcast(bytes, root = 0) {
        await meet(rank, bytes, (all) => {
          for (const each of all as Uint8Array[]) each.set(all[root] as Uint8Array);
        });
      },
      async gather(bytes) {
        const all = await meet(rank, bytes.slice(), () => {});
        return (all as Uint8Array[]).map((each) => each.slice());
      },
      async exchange(bytes) {
        const all = await meet(rank, bytes.slice(), () => {});
        const each = bytes.length / size;
        const own = all.map((given) =>
          (given as Uint8Array).subarray(rank * each, (rank + 1) * each),
        );
        return new Uint8Array(Buffer.concat(own));
      },
      async barrier() {
        await meet(rank, new Uint8Array(0), () => {});
      },
      abort: async () => {
        throw new Error(`rank ${rank} aborts`);
      },
      close: async () => {},
    }),
  );
}

function newMeeting(): Meeting {
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { arrays: [], done, finish };
}
