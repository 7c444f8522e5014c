import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unzstd } from './unzstd.ts';

interface Stored {
  readonly name: string;
  readonly length: number;
  readonly sha256: string;
  readonly frame: string;
}

/** By libzstd (bench/images/make-zstd.py). */
const FRAMES: readonly Stored[] = JSON.parse(
  readFileSync(new URL('./fixtures/zstd-frames.json', import.meta.url), 'utf8'),
);
const bytesOf = ({ frame }: Stored) => Buffer.from(frame, 'base64');
const named = (name: string) => FRAMES.find((one) => one.name === name)!;

describe('frames of libzstd', () => {
  it.each(FRAMES.map((one) => [one.name, one] as const))('%s', async (_, stored) => {
    const decoded = await unzstd(bytesOf(stored), stored.length);
    expect(decoded).toHaveLength(stored.length);
    expect(createHash('sha256').update(decoded).digest('hex')).toBe(stored.sha256);
  });
});

describe('frames that are damaged', () => {
  const words = named('words, streamed with a checksum');
  const refused = (bytes: Uint8Array, most: number) =>
    expect(unzstd(bytes, most)).rejects.toMatchObject({ code: 'image-damaged' });

  it('are refused where they are cut, wherever that is', async () => {
    for (let end = 1; end < bytesOf(words).length; end++)
      await refused(bytesOf(words).subarray(0, end), words.length);
  });

  it('are refused where a checksum is wrong', async () => {
    const wrong = bytesOf(words);
    wrong[wrong.length - 1]! ^= 1;
    await refused(wrong, words.length);
  });

  it('are refused where more comes out than there is room for', async () => {
    await refused(bytesOf(words), words.length - 1);
  });

  it('are refused where they need a dictionary', async () => {
    await refused(Buffer.from('28b52ffd21070003010000', 'hex'), 3);
  });

  it('write no more than there is room for, whatever their sequences say', async () => {
    // One block of 48,000 sequences, each a match of 65,539 bytes: 3 GB in a frame of 96 KB.
    await refused(endlessFrame(), 100_000);
  });

  it('are data or an error, whatever is changed', async () => {
    let state = 1;
    const next = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let i = 0; i < 400; i++) {
      const stored = FRAMES[i % FRAMES.length]!;
      const bytes = bytesOf(stored);
      for (let changes = 1 + next(3); changes > 0; changes--) bytes[next(bytes.length)] = next(256);
      const decoded = await unzstd(bytes, stored.length).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'image-damaged' });
        return new Uint8Array(0);
      });
      expect(decoded.length).toBeLessThanOrEqual(stored.length);
    }
    const whole = named(words.name);
    expect(await unzstd(bytesOf(whole), whole.length)).toHaveLength(whole.length);
  });
});

/** Its tables have one symbol each, so that a sequence takes 16 bits of extra length and no more. */
function endlessFrame(): Buffer {
  const sequences = 48_000 - 0x7f00;
  const literals = [1 << 3, 0x41];
  const tables = [255, sequences & 255, sequences >> 8, 0b01_01_01_00, 0, 0, 52];
  const extra = Buffer.alloc(2 * 48_000, 0xff);
  const content = Buffer.concat([Buffer.from([...literals, ...tables]), extra, Buffer.from([1])]);
  const header = Buffer.alloc(3);
  header.writeUIntLE((content.length << 3) | (2 << 1) | 1, 0, 3);
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), header, content]);
}
