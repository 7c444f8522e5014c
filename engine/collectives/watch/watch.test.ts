/** Threads that watch ranks within one process: real connections, and ranks that fall silent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import { inProcessRanks } from '../testing/in-process.ts';
import { watchRanks } from './rank-watch.ts';
import { WatchedCollectives } from './watched-collectives.ts';

async function watched(size: number, limitMs: number) {
  const ranks = inProcessRanks(size);
  const watches = await Promise.all(ranks.map((each) => watchRanks(each, limitMs)));
  return watches.map((watch, rank) => new WatchedCollectives(ranks[rank]!, watch));
}

it('lets ranks that live work and end', async () => {
  const ranks = await watched(3, 200);
  const sums = ranks.map(() => Float32Array.of(2));
  // Longer than the limit.
  await sleep(400);
  await Promise.all(ranks.map((each, i) => each.sum(sums[i]!)));
  expect(sums.map(([sum]) => sum)).toEqual([6, 6, 6]);
  await Promise.all(ranks.map((each) => each.close()));
});

it('ends what waits on all others when one fails, and tells why', async () => {
  const [zero, one, two] = await watched(3, 0);
  const waiting = [zero!.barrier(), two!.gather(new Uint8Array(1))];
  one!.tell(new StudioError('folder-missing', 'The folder x is not there.'));
  for (const each of await Promise.allSettled(waiting))
    expect(each).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'rank-failed',
        message: expect.stringMatching(/^Rank 1 on .+ failed: The folder x is not there\.$/),
        details: { rank: 1, code: 'folder-missing' },
      },
    });
  await expect(zero!.sum(new Float32Array(1))).rejects.toMatchObject({ code: 'rank-failed' });
});

it('waits for the watch to name the rank where MPI reports an error', async () => {
  const [inner] = inProcessRanks(1);
  const watch = {
    members: [],
    error: undefined as StudioError | undefined,
    onError: (_: StudioError) => {},
    tell() {},
    async close() {},
  };
  const broken = new StudioError('mpi-failed', 'A connection was reset.');
  const ranks = new WatchedCollectives({ ...inner!, barrier: () => Promise.reject(broken) }, watch);
  const waiting = ranks.barrier();
  await sleep(1);
  watch.onError(new StudioError('rank-lost', 'Rank 1 ended unexpectedly.'));
  await expect(waiting).rejects.toMatchObject({ code: 'rank-lost' });
});
