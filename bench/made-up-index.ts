// A very large index whose entries are made up, and how benches of it measure.
import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';

export const VERSION = 1;
export const ROOT_FOLDER = '/data/photographs/';

/** Folders of 1,000 files, as sets of photographs have them. */
export function* entries(count: number) {
  const hash = Buffer.alloc(32);
  const phash = Buffer.alloc(40, 0x5a);
  for (let i = 0; i < count; i++) {
    hash.writeUInt32LE(i);
    const folder = String(Math.floor(i / 1000)).padStart(6, '0');
    const name = `IMG_20261129_${String(i).padStart(8, '0')}.jpg`;
    const facts = {
      bytes: 100_000 + i,
      modifiedMs: 1_790_000_000_000 + i,
      width: 500,
      height: 375,
      format: 'jpeg',
      hash: hash.toString('hex'),
      phash: phash.toString('hex'),
      levels: 256,
      span: 256,
    };
    yield [`${ROOT_FOLDER}${folder}/${name}`, facts] as const;
  }
}

export async function timed<T>(work: () => Promise<T> | T): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, (performance.now() - start) / 1000];
}

/** With seconds of processor time, which other work on the machine changes little. */
export function measured<T>(work: () => T): [T, number] {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

/** Memory of the process after a collection of garbage, bytes. */
export async function residentBytes(): Promise<number> {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  collect();
  // Buffers are given back by another thread.
  await sleep(1000);
  collect();
  await sleep(1000);
  return process.memoryUsage().rss;
}
