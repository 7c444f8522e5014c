/** The state of training on all ranks: the same, but for the running statistics of batch norm. */
import { createHash } from 'node:crypto';
import type { Collectives } from '../../collectives/collectives.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Learner } from '../../tasks/learner.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { gatherJson } from './messages.ts';

type StateOf = Pick<Learner<never>, 'readState' | 'writeState'>;

/** Each rank has those of its own images; a checkpoint holds those of rank 0. */
const OF_A_RANK = /\.running_(mean|var)$/;

/** Write the state of rank 0 to all ranks. */
export async function takeState(ranks: Collectives, learner: StateOf): Promise<void> {
  const state = await learner.readState();
  for (const [, { data }] of byName(state)) await ranks.broadcast(bytesOf(data));
  if (ranks.rank !== 0) await learner.writeState(state);
}

/** @throws StudioError `ranks-diverged` on all ranks where the state of one is another */
export async function compareStates(ranks: Collectives, learner: StateOf): Promise<void> {
  const hash = createHash('sha256');
  for (const [name, { data }] of byName(await learner.readState()))
    if (!OF_A_RANK.test(name)) hash.update(bytesOf(data));
  const hashes = await gatherJson(ranks, hash.digest('hex'));
  const others = hashes.flatMap((each, rank) => (each === hashes[0] ? [] : [rank]));
  if (others.length === 0) return;
  throw new StudioError(
    'ranks-diverged',
    `The networks of rank ${others.join(', ')} are not those of rank 0, although all took the same steps.`,
    {
      advice:
        'Resume from the last checkpoint. If it happens again, look at the memory of the machines, and use the same versions on all.',
      details: { ranks: others },
    },
  );
}

function byName(state: ReadonlyMap<string, HostTensor>): [string, HostTensor][] {
  return [...state].sort(([a], [b]) => (a < b ? -1 : 1));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
