// Time of a sum over ranks by size, beside a copy of the same bytes in the same run.
//   node build/compile.mjs && mpirun -n 2 npm run bench:allreduce -- [--repeats 20] [--bytes 4 4096]
// Rank 0 prints one JSON object a size.
import { parseArgs } from 'node:util';
import { wholeNumber } from '../build/arguments.ts';
import { openCollectives } from '../engine/collectives/open-collectives.ts';
import { median } from '../engine/contract/median.ts';

const SIZES = [4, 4096, 2 ** 18, 2 ** 22, 2 ** 25];

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { repeats: { type: 'string', default: '20' }, bytes: { type: 'boolean' } },
    allowPositionals: true,
  });
  const sizes = values.bytes ? positionals.map((one) => wholeNumber(one, '--bytes')) : SIZES;
  const repeats = wholeNumber(values.repeats, '--repeats');
  const ranks = await openCollectives();
  for (const bytes of sizes) {
    const count = bytes / 4;
    const [summed, copied] = [new Float32Array(count).fill(1), new Float32Array(count)];
    const sumMs: number[] = [];
    const copyMs: number[] = [];
    for (let i = 0; i < repeats; i++) {
      await ranks.barrier();
      const began = performance.now();
      await ranks.sum(summed);
      sumMs.push(performance.now() - began);
      const copying = performance.now();
      copied.set(summed);
      copyMs.push(performance.now() - copying);
      summed.fill(1);
    }
    const [sum, copy] = [median(sumMs), median(copyMs)];
    const row = {
      library: ranks.library ?? 'alone',
      ranks: ranks.size,
      bytes,
      sumMs: sum,
      copyMs: copy,
      megabytesPerSecond: bytes / sum / 1000,
    };
    if (ranks.rank === 0) process.stdout.write(`${JSON.stringify(row)}\n`);
  }
  const { user, system } = process.cpuUsage();
  if (ranks.rank === 0) process.stdout.write(`CPU seconds of rank 0: ${(user + system) / 1e6}\n`);
  await ranks.close();
}
