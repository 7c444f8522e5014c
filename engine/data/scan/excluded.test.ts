import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readExcluded } from '../given/excluded-images.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { quickScan } from './quick-scan.ts';
import { scanFolders } from './scan.ts';

let root: string;
const at = (...parts: string[]) => path.join(root, ...parts);

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-excluded-'));
  for (const [i, name] of ['a.png', 'b, c.png', 'in/d.png'].entries())
    await writeSmallImage(at('all'), name, i);
  await writeSmallImage(at('rest'), 'a.png', 0);
  await writeSmallImage(at('rest'), 'in/d.png', 2);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const list = async (name: string, text: string) => {
  await writeFile(at(name), text);
  return at(name);
};

it('leaves images out, as if they were not there', async () => {
  const excluded = await readExcluded([
    await list('table.csv', 'path\n"all/b, c.png"\ngone.png\n'),
  ]);
  for (const scan of [scanFolders, quickScan]) {
    const indexFile = at(`${scan.name}.index`);
    const index = await scan([at('all')], { indexFile, excluded });
    expect(Array.from(index.samples, ({ path: file }) => file)).toEqual([
      at('all/a.png'),
      at('all/in/d.png'),
    ]);
    const rest = await scan([at('rest')]);
    expect(index).toMatchObject({ images: 2, excluded: 1, bytes: rest.bytes });
    expect(index.formats).toEqual({ png: 2 });
    expect(index.fingerprint).toBe(rest.fingerprint);
    // The facts of all images are remembered, so that they can be taken back.
    const whole = await scan([at('all')], { indexFile });
    expect(whole).toMatchObject({ images: 3 });
    expect(whole).not.toHaveProperty('excluded');
  }
});

it('says that nothing is left', async () => {
  const lines = ['a.png', 'b, c.png', 'in/d.png'].map((name) => at('all', name)).join('\n');
  const excluded = await readExcluded([await list('lines.txt', lines)]);
  await expect(scanFolders([at('all')], { excluded })).rejects.toMatchObject({
    code: 'no-images',
    message: expect.stringContaining('3 images are excluded'),
  });
});

it('refuses a list that names nothing', async () => {
  const empty = await list('empty.txt', '\n');
  await expect(readExcluded([empty])).rejects.toMatchObject({ code: 'list-invalid' });
  const other = await list('other.csv', 'label\ncat\n');
  await expect(readExcluded([other])).rejects.toMatchObject({ code: 'list-invalid' });
});

it('takes paths of files that are there for those who may name no others', async () => {
  const table = await list('table.csv', 'path\nall/a.png\ngone.png\n');
  expect([...(await readExcluded([table], true))]).toEqual([at('all/a.png')]);
});
