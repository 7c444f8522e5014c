/** What is at --out is looked at before anything else, since the work may take hours. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { embed } from './embed.ts';
import { evaluate } from './evaluate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-taken-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a file that is there is refused before the network is opened', async () => {
  const order = { workspace: folder, data: folder, device: 'cpu' };
  for (const name of ['out.csv', 'out.npy', 'out.paths.csv', 'out.parquet', 'metrics.json']) {
    const file = path.join(folder, name);
    writeFileSync(file, 'years of work');
    const work = name.startsWith('out')
      ? embed({
          ...order,
          from: { reference: 'nothing' },
          pooling: 'mean',
          out: file.replace('.paths.csv', '.npy'),
        })
      : evaluate({ ...order, model: { reference: 'nothing' }, out: folder });
    await expect(work).rejects.toMatchObject({ code: 'target-taken', details: { path: file } });
    expect(readFileSync(file, 'utf8')).toBe('years of work');
    rmSync(file);
  }
});
