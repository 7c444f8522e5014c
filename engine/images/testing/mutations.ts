/**
 * Damaged copies of good files, the same ones in every run. CONMIM_MUTATIONS sets their number and
 * prints what became of them; CONMIM_MUTATED, a regular expression, names the files.
 */
import { isStudioError } from '../../contract/errors.ts';
import type { ReadChoices } from '../stored-image.ts';
import { openBytes } from './reader-table.ts';

const FEW = 300;

/** Whether damaged copies of a file are read. */
export function isMutated(name: string): boolean {
  return new RegExp(process.env['CONMIM_MUTATED'] ?? '').test(name);
}

/** Numbers from 0 to below 2^32. @source Marsaglia, "Xorshift RNGs" (2003) */
function numbersFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** One of six kinds of damage, at places that follow from the seed. */
export function mutated(bytes: Uint8Array, seed: number): Buffer {
  const next = numbersFrom(Math.imul(seed + 1, 2_654_435_761));
  for (let i = 0; i < 4; i++) next();
  const copy = Buffer.from(bytes);
  // Most damage goes to the first bytes, which say how to read the others.
  const at = (size: number) => next() % (next() % 3 === 0 ? size : Math.min(size, 1500));
  switch (next() % 6) {
    case 0:
      return copy.subarray(0, at(copy.length));
    case 1:
      for (let i = next() % 8; i >= 0; i--) copy[at(copy.length)]! ^= 1 << (next() % 8);
      return copy;
    case 2:
      for (let i = next() % 4; i >= 0; i--) copy[at(copy.length)] = next() & 255;
      return copy;
    case 3: {
      const from = at(copy.length);
      const end = Math.min(copy.length, from + 1 + (next() % 8));
      copy.fill(next() % 2 === 0 ? 0xff : 0, from, end);
      return copy;
    }
    case 4: {
      const from = at(copy.length);
      return Buffer.concat([copy.subarray(0, from), copy.subarray(from + 1 + (next() % 64))]);
    }
    default: {
      const from = at(copy.length);
      const part = copy.subarray(at(copy.length)).subarray(0, 1 + (next() % 200));
      return Buffer.concat([copy.subarray(0, from), part, copy.subarray(from)]);
    }
  }
}

/**
 * Read damaged copies of the files in turn.
 *
 * @returns errors that are not about the image, which are faults
 */
export async function readMutations(
  files: readonly Uint8Array[],
  choices?: Partial<ReadChoices>,
): Promise<readonly string[]> {
  const stated = Number(process.env['CONMIM_MUTATIONS'] ?? 0);
  const count = stated || FEW;
  const faults: string[] = [];
  const outcomes = { pictures: 0, errors: 0, slowestMs: 0, slowest: -1, mostMegabytes: 0 };
  for (let seed = 0; seed < count; seed++) {
    const began = performance.now();
    try {
      const image = await openBytes(mutated(files[seed % files.length]!, seed), choices);
      for (let sample = 0; sample < Math.min(2, image.samples); sample++) await image.read(sample);
      outcomes.pictures++;
    } catch (error) {
      outcomes.errors++;
      if (!isStudioError(error, 'image-damaged', 'image-unsupported', 'image-too-large'))
        faults.push(`${seed}: ${String(error instanceof Error ? error.stack : error)}`);
    }
    const ms = performance.now() - began;
    if (ms > outcomes.slowestMs) Object.assign(outcomes, { slowestMs: ms, slowest: seed });
    outcomes.mostMegabytes = Math.max(outcomes.mostMegabytes, process.memoryUsage.rss() / 1e6);
  }
  if (stated > 0) process.stdout.write(`${JSON.stringify({ count, ...outcomes })}\n`);
  return faults;
}
