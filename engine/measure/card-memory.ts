/** Used memory of graphics cards, from nvidia-smi. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Sum over all NVIDIA cards, bytes; undefined if there is none. */
export async function usedCardMemory(): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      ['--query-gpu=memory.used', '--format=csv,noheader,nounits'],
      { timeout: 10_000, windowsHide: true },
    );
    const mebibytes = stdout.trim().split('\n').map(Number);
    return mebibytes.some(Number.isNaN) ? undefined : sum(mebibytes) * 2 ** 20;
  } catch {
    return undefined;
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
