import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workerUrl } from '../../platform/worker-url.ts';
import type { FileFacts } from './file-facts.ts';
import { readIndexFile, writeIndexFile } from './index-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-index-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => path.join(folder, 'images.index');
const facts: FileFacts = {
  bytes: 7,
  modifiedMs: 1,
  hash: 'h',
  format: 'png',
  width: 2,
  height: 3,
};

describe('an index', () => {
  it('is read as it was written, and nothing else is in its folder', async () => {
    await writeIndexFile(file(), [['/a.png', facts]]);
    expect([...(await readIndexFile(file()))]).toEqual([['/a.png', facts]]);
    expect(readdirSync(folder)).toEqual(['images.index']);
  });

  it('of many files is the same when its facts stay on the disk', async () => {
    await writeIndexFile(file(), [
      ['/a.png', facts],
      ['/b/ä.png', { ...facts, width: 5 }],
    ]);
    await using paged = await readIndexFile(file(), 2);
    await using whole = await readIndexFile(file(), 3);
    expect(paged.constructor).not.toBe(whole.constructor);
    expect([...paged]).toEqual([...whole]);
    expect(paged.get('/b/ä.png')).toEqual({ ...facts, width: 5 });
  });

  it('whose writer was killed leaves nothing once it is read again, and is still the old one', async () => {
    await writeIndexFile(file(), [['/a.png', facts]]);
    // Writes without end, until it is killed in the middle.
    const script = `
      const { writeIndexFile } = await import(process.argv[1]);
      function* facts() { for (let i = 0; ; i++) yield ['/' + i, ${JSON.stringify(facts)}]; }
      await writeIndexFile(process.argv[2], facts());`;
    const module = workerUrl(import.meta.url, './index-file.ts').href;
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script, module, file()]);
    while (readdirSync(folder).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const whileItLives = [...(await readIndexFile(file()))];
    expect(readdirSync(folder)).toHaveLength(2);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    expect(readdirSync(folder)).toHaveLength(2);
    const after = [...(await readIndexFile(file()))];
    expect(readdirSync(folder)).toEqual(['images.index']);
    expect([whileItLives, after]).toEqual(Array(2).fill([['/a.png', facts]]));
  });

  it('has what 0.1.0 left beside it removed', async () => {
    const gone = spawnSync(process.execPath, ['--version']).pid!;
    writeFileSync(path.join(folder, `images.index.${gone}.tmp`), 'half');
    expect((await readIndexFile(file())).size).toBe(0);
    writeFileSync(path.join(folder, 'images.jsonl'), '{"version":3}\n');
    await writeIndexFile(file(), [['/a.png', facts]]);
    expect(readdirSync(folder)).toEqual(['images.index']);
    rmSync(file());
    expect(readdirSync(folder)).toEqual([]);
  });
});
