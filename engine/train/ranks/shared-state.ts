/** The state of training on all ranks: the same, but for the running statistics of batch norm. */
import { createHash } from 'node:crypto';
import type { Collectives } from '../../collectives/collectives.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Learner } from '../../tasks/learner.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { gatherJson } from './messages.ts';

type StateOf = Pick<Learner<never>, 'readState' | 'readWeights' | 'writeState'>;

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
  await compareHashes(ranks, hash.digest('hex'));
}

/**
 * Compare the weights alone, at little cost: they are what differs where anything did in an earlier step.
 *
 * @throws StudioError `ranks-diverged` on all ranks where those of one are others
 */
export async function compareWeights(ranks: Collectives, learner: StateOf): Promise<void> {
  const weights = (await learner.readWeights?.()) ?? (await learner.readState());
  let hash = 0;
  for (const [name, { data }] of byName(weights))
    if (!OF_A_RANK.test(name)) hash = hashWords(bytesOf(data), hash);
  await compareHashes(ranks, hash.toString(16));
}

/**
 * A hash of 32 bits that a change of one word always changes. It reads a gigabyte in about a second,
 * where SHA-256 takes several.
 *
 * @source MurmurHash3, x86_32, without its end
 */
function hashWords({ buffer, byteOffset, byteLength }: Uint8Array, start: number): number {
  const words = new Int32Array(buffer, byteOffset, byteLength / 4);
  let hash = start;
  for (let i = 0; i < words.length; i++) {
    const word = Math.imul(words[i]!, 0xcc9e2d51);
    hash ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  return hash;
}

/** @throws StudioError `ranks-diverged` */
async function compareHashes(ranks: Collectives, own: string): Promise<void> {
  const hashes = await gatherJson(ranks, own);
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
