/**
 * Damaged and hostile files by the thousand: each is read, or refused with the code that is promised,
 * within its steps and its memory. Everything is drawn from one seed, so a failure comes again.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { parseSafetensors } from '../testing/safetensors-bytes.ts';
import { mutate } from './testing/mutations.ts';
import { memorySource, parseTorch } from './testing/parse-torch.ts';
import { legacyCheckpoint, uint64, zipCheckpoint } from './testing/pickles.ts';
import { randomPickle } from './testing/random-pickles.ts';
import { zipFile } from './testing/zips.ts';
import { childrenOf, isTensor, type TorchValue } from './values.ts';
import { openZip } from './zip-entries.ts';

const SEED = 20261123;
const LIMITS = { maxSteps: 100_000, maxTensorBytes: 2 ** 20 };
const CODES = ['checkpoint-invalid', 'checkpoint-unsafe'];

const fixtures = fileURLToPath(new URL('../../../assets/fixtures/', import.meta.url));
const fixture = (name: string) => new Uint8Array(readFileSync(path.join(fixtures, name)));

/** What came of many files. */
class Tally {
  files = 0;
  read = 0;
  readonly reasons = new Set<string>();

  async torch(bytes: Uint8Array): Promise<void> {
    this.files++;
    try {
      const { value, tensorBytes } = await parseTorch(bytes, 'It', LIMITS);
      if (heldBytes(value) !== tensorBytes) throw new Error('The bytes were not counted.');
      if (tensorBytes > LIMITS.maxTensorBytes) throw new Error('The limit was passed.');
      this.read++;
    } catch (error) {
      this.#expect(error, CODES);
    }
  }

  async safetensors(bytes: Uint8Array): Promise<void> {
    this.files++;
    try {
      const { tensors } = await parseSafetensors(bytes);
      let held = 0;
      for (const { data } of tensors.values()) held += data.byteLength;
      if (held > bytes.length) throw new Error('The tensors are larger than the file.');
      this.read++;
    } catch (error) {
      this.#expect(error, ['safetensors-invalid']);
    }
  }

  #expect(error: unknown, codes: readonly string[]): void {
    const { code, message } = error as { code?: string; message: string };
    if (!codes.includes(code ?? '')) throw error;
    this.reasons.add(message.replaceAll(/(0x)?\d\w*/g, '0').slice(0, 90));
  }
}

/** Bytes of the tensors in a tree, walked plainly: the reader promises that this is safe. */
function heldBytes(root: TorchValue): number {
  const seen = new Set<object>();
  const walk = (value: TorchValue): number => {
    if (isTensor(value)) {
      if (seen.has(value)) return 0;
      seen.add(value);
      if (value.data.length !== elementCount(value.shape)) throw new Error('A size is wrong.');
      return value.data.byteLength;
    }
    let bytes = 0;
    for (const child of childrenOf(value)) bytes += walk(child);
    return bytes;
  };
  return walk(root);
}

async function many(
  cases: number,
  purpose: number,
  run: (random: RandomStream, tally: Tally, index: number) => Promise<void> | void,
): Promise<Tally> {
  const tally = new Tally();
  for (let index = 0; index < cases; index++) {
    await run(new RandomStream(SEED, 'test', purpose, index), tally, index);
  }
  expect(tally.files).toBe(cases);
  return tally;
}

/** A zip checkpoint in parts. */
async function unpack(
  name: string,
): Promise<{ pickle: Uint8Array; others: [string, Uint8Array][] }> {
  const entries = await openZip(memorySource(fixture(name)));
  const others: [string, Uint8Array][] = [];
  let pickle = new Uint8Array(0);
  for (const each of entries.names()) {
    const data = await entries.read(each);
    if (each.endsWith('/data.pkl')) pickle = data;
    else others.push([each.replace(/^[^/]+/, 'archive'), data]);
  }
  return { pickle, others };
}

describe('damaged checkpoints', () => {
  const legacy = [
    ['checkpoint_odd_tensors.legacy.pth', 2500],
    ['checkpoint_unsafe_getcwd.legacy.pth', 500],
    ['checkpoint_tiny.legacy.pth', 400],
  ] as const;
  it.each(legacy)('%s', async (name, cases) => {
    const bytes = fixture(name);
    const tally = await many(cases, bytes.length, (random, its) =>
      // The pickles lie in front; damage in the data is not damage of structure.
      its.torch(mutate(bytes, random, { to: 16_000 })),
    );
    expect(tally.reasons.size).toBeGreaterThan(20);
  });

  const zip = [
    ['checkpoint_odd_tensors.zip.pth', 1500],
    ['checkpoint_unsafe_print.zip.pth', 500],
    ['checkpoint_tiny.zip.pth', 300],
    ['checkpoint_tiny_full.zip.pth', 150],
  ] as const;
  it.each(zip)('%s', async (name, cases) => {
    const bytes = fixture(name);
    // The last record tells where the directory begins.
    const directory = new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
    const tally = await many(cases, bytes.length, (random, its, index) =>
      its.torch(mutate(bytes, random, index % 4 ? { from: directory, inPlace: true } : {})),
    );
    expect(tally.reasons.size).toBeGreaterThan(10);
  });

  const inside = [
    ['checkpoint_odd_tensors.zip.pth', 2500],
    ['checkpoint_unsafe_print.zip.pth', 500],
    ['checkpoint_tiny.zip.pth', 200],
    ['checkpoint_tiny_full.zip.pth', 100],
  ] as const;
  it.each(inside)('%s, its pickle alone, in a sound archive', async (name, cases) => {
    const { pickle, others } = await unpack(name);
    const parts = others.map(([each, data]) => ({ name: each, data }));
    const tally = await many(cases, pickle.length, (random, its) =>
      its.torch(zipFile([{ name: 'archive/data.pkl', data: mutate(pickle, random) }, ...parts])),
    );
    expect(tally.reasons.size).toBeGreaterThan(15);
  });

  it('checkpoint_tiny.safetensors', async () => {
    const bytes = fixture('checkpoint_tiny.safetensors');
    const tally = await many(1000, 1, (random, its) =>
      its.safetensors(mutate(bytes, random, { to: 12_000 })),
    );
    expect(tally.reasons.size).toBeGreaterThan(10);
  });
});

describe('programs drawn at random', () => {
  it.each(['zip', 'legacy'] as const)('in the %s format', async (format) => {
    const data = new Uint8Array(new Float32Array([1, 2]).buffer);
    const tally = await many(3000, format.length, (random, its) => {
      const program = randomPickle(random);
      return its.torch(
        format === 'zip'
          ? zipCheckpoint(program, { 0: data })
          : legacyCheckpoint(program, ['0'], [uint64(2n), data]),
      );
    });
    expect(tally.reasons.size).toBeGreaterThan(30);
    expect(tally.read).toBeGreaterThan(100);
  });
});
