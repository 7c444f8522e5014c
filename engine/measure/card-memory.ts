/** Used memory of graphics cards, from nvidia-smi. */
import { queryNvidiaCards } from '../platform/nvidia-smi.ts';

/** Sum over all NVIDIA cards, bytes; undefined if there is none. */
export async function usedCardMemory(): Promise<number | undefined> {
  const text = await queryNvidiaCards(['memory.used'], 10_000);
  if (text === undefined) return undefined;
  const mebibytes = text.trim().split('\n').map(Number);
  return mebibytes.some(Number.isNaN) ? undefined : sum(mebibytes) * 2 ** 20;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
