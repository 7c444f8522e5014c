import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeFile, refuseTaken } from './result-file.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
const text = (name: string) => readFile(at(name), 'utf8');
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-place-'));
  await writeFile(at('new'), 'new');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const isOwn = async (file: string) => (await readFile(file, 'utf8')).startsWith('own');

describe('a place', () => {
  it('is taken where nothing is, where an empty file is, and where an earlier result is', async () => {
    for (const before of [undefined, '', 'own, of yesterday']) {
      if (before !== undefined) await writeFile(at('out'), before);
      await writeFile(at('new'), 'own');
      await refuseTaken(at('out'), isOwn);
      await placeFile(at('new'), at('out'), isOwn);
      expect(await text('out')).toBe('own');
      expect(await readdir(folder)).toEqual(['out']);
      await rm(at('out'));
    }
  });

  it('is refused where another file exists, and both files stay', async () => {
    await writeFile(at('out'), 'thesis');
    for (const place of [refuseTaken, (to: string) => placeFile(at('new'), to, isOwn)])
      await expect(place(at('out'))).rejects.toMatchObject({ code: 'target-taken' });
    expect([await text('out'), await text('new')]).toEqual(['thesis', 'new']);
  });

  it.skipIf(process.platform === 'win32')('is refused where a folder or a link is', async () => {
    await mkdir(at('folder'));
    await writeFile(at('thesis'), 'thesis');
    await symlink(at('thesis'), at('link'));
    await symlink(at('nowhere'), at('dangling'));
    for (const name of ['folder', 'link', 'dangling'])
      for (const place of [refuseTaken, (to: string) => placeFile(at('new'), to, async () => true)])
        await expect(place(at(name))).rejects.toMatchObject({ code: 'target-taken' });
    expect(await text('thesis')).toBe('thesis');
  });

  it('goes to one of many who want it at the same time', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `new-${i}`);
    for (const name of names) await writeFile(at(name), name);
    const results = await Promise.allSettled(names.map((name) => placeFile(at(name), at('out'))));
    const winners = names.filter((_, i) => results[i]!.status === 'fulfilled');
    expect(winners).toEqual([await text('out')]);
  });
});
