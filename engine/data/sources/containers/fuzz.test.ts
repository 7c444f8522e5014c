/** Damaged containers: CONMIM_MUTATIONS sets how many of each kind, and prints what became of them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isStudioError } from '../../../contract/errors.ts';
import { mutated } from '../../../images/testing/mutations.ts';
import { containerFiles } from './container-files.ts';
import { readLabels } from './labels.ts';
import { readEntry } from './open-entry.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');
const FEW = 200;
const MOST_ENTRIES = 8;

test.each(['tar', 'zip', 'parquet'])(
  'damaged files of %s give entries or named reasons',
  async (kind) => {
    const files = readdirSync(FIXTURES)
      .filter((name) => name.endsWith(`.${kind}`))
      .map((name) => readFileSync(path.join(FIXTURES, name)));
    const folder = mkdtempSync(path.join(os.tmpdir(), 'damaged-'));
    const stated = Number(process.env['CONMIM_MUTATIONS'] ?? 0);
    const count = stated || FEW;
    const seen = { entries: 0, named: 0, slowestMs: 0, slowest: -1, mostMegabytes: 0 };
    const faults: string[] = [];
    for (let seed = 0; seed < count; seed++) {
      const at = path.join(folder, `${seed}.${kind}`);
      const damaged = mutated(files[seed % files.length]!, seed);
      writeFileSync(at, kind === 'tar' && seed % 2 === 0 ? withChecksums(damaged) : damaged);
      const began = performance.now();
      await readAll(at, seen).catch((error: unknown) =>
        faults.push(`${seed}: ${String(error instanceof Error ? error.stack : error)}`),
      );
      const ms = performance.now() - began;
      if (ms > seen.slowestMs) Object.assign(seen, { slowestMs: ms, slowest: seed });
      seen.mostMegabytes = Math.max(seen.mostMegabytes, process.memoryUsage.rss() / 1e6);
      rmSync(at);
    }
    if (stated > 0) process.stdout.write(`${JSON.stringify({ kind, count, ...seen })}\n`);
    expect(faults).toEqual([]);
    expect(seen.entries).toBeGreaterThan(0);
    expect(seen.named).toBeGreaterThan(0);
  },
);

/** Read some entries and all classes. @throws what is no named reason */
async function readAll(at: string, seen: { entries: number; named: number }): Promise<void> {
  const { files, unreadable } = await containerFiles({ path: at, relative: '' });
  seen.named += unreadable.length;
  for (const { relative } of files.slice(0, MOST_ENTRIES))
    await readEntry(at, relative).then(
      () => seen.entries++,
      (error: unknown) => {
        if (!isStudioError(error, 'file-unread')) throw error;
        seen.named++;
      },
    );
  if (files.length === 0) return;
  await readLabels(at);
}

/** Headers of tar with the right checksums, so that the damage is not found by these alone. */
function withChecksums(tar: Buffer): Buffer {
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    const block = tar.subarray(at, at + 512);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return tar;
}
