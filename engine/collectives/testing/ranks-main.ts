/** What each rank of the tests does: `ranks-main FOLDER [abort|abort-in-sum]`. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SummedArray } from '../collectives.ts';
import { openCollectives } from '../open-collectives.ts';
import { SUM_KINDS, SUM_SIZES, summand } from './sums.ts';

const [folder, what] = process.argv.slice(2) as [string, string?];
const ranks = await openCollectives();
const { rank, size, library } = ranks;

if (what === 'abort-in-sum') {
  // The sums of this rank wait for the others, which never come.
  if (rank === size - 1) {
    const sums = [1, 1000].map((count) => ranks.sum(new Float32Array(count)));
    setTimeout(() => void ranks.abort(7), 50);
    await Promise.all(sums);
  }
  await new Promise(() => setInterval(() => {}, 1000));
}

if (what === 'abort') {
  if (rank === size - 1) await ranks.abort(7);
  // The others wait for a rank that does not come.
  await ranks.barrier();
}

const sums: Record<string, string> = {};
for (const kind of SUM_KINDS)
  for (const count of SUM_SIZES) {
    const values: SummedArray = summand(kind, count, rank);
    await ranks.sum(values);
    sums[`${kind} ${count}`] = hashOf(values);
  }

// A part of a larger array, as gradients in an arena are.
const arena = new Float32Array(16).fill(rank + 1);
await ranks.sum(arena.subarray(3, 5));

const text = new Uint8Array(5).fill(rank);
if (rank === size - 1) text.set(Buffer.from('hello'));
await ranks.broadcast(text, size - 1);

const gathered = await ranks.gather(Buffer.from('x'.repeat(rank)));

const exchanged = await ranks.exchange(
  Buffer.from(Array.from({ length: size }, (_, to) => `${rank}${to}`).join('')),
);

// Several collectives may be under way.
const [one, two] = [Float64Array.of(rank), Int32Array.of(rank)];
await Promise.all([ranks.sum(one), ranks.sum(two), ranks.barrier()]);

const result = {
  rank,
  size,
  library,
  sums,
  arena: [...arena],
  text: Buffer.from(text).toString(),
  gathered: gathered.map((bytes) => Buffer.from(bytes).toString()),
  exchanged: Buffer.from(exchanged).toString(),
  both: [one[0], two[0]],
};
writeFileSync(path.join(folder, `${rank}.json`), JSON.stringify(result));
await ranks.close();

function hashOf(values: SummedArray): string {
  return createHash('sha256').update(values).digest('hex');
}
