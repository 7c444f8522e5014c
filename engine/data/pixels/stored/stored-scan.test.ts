import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrayFile } from '../../../images/npy/testing/array-file.ts';
import { readLabelledSet } from '../../labelled/labelled-set.ts';
import { readIndexFile } from '../../scan/index-file.ts';
import { scanFolders } from '../../scan/scan.ts';

let root: string;
const at = (name: string) => path.join(root, name);

/** Waves of another length in each picture, [C, H, W]. */
function waves(channels: number, picture: number, side = 40): Uint16Array {
  return Uint16Array.from({ length: channels * side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side) % side];
    return 30_000 + 25_000 * Math.sin((x * (picture + 1)) / 9 + (y * picture) / 13);
  });
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-stored-'));
  await mkdir(at('set/a'), { recursive: true });
  await mkdir(at('set/b'));
  for (const name of ['a/1', 'a/2', 'b/3'])
    await writeFile(at(`set/${name}.npy`), arrayFile(waves(6, Number(name.at(-1))), [6, 40, 40]));
  const volume = [waves(1, 5), waves(1, 6), waves(1, 5)];
  const values = new Uint16Array(volume.flatMap((picture) => [...picture]));
  await writeFile(at('set/b/volume.npy'), arrayFile(values, [3, 1, 40, 40]));
  const grey = Buffer.from(waves(1, 7).map((value) => value >> 8));
  await sharp(grey, { raw: { width: 40, height: 40, channels: 1 } })
    .png()
    .toFile(at('set/b/plain.png'));
  await writeFile(at('set/b/cut.npy'), arrayFile(waves(2, 1), [2, 40, 40]).subarray(0, 900));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a scan of files with numbers of any kind', () => {
  it('knows what they hold, and has each picture of a file as a sample', async () => {
    const index = await scanFolders([at('set')]);
    const of = (name: string) =>
      [...index.samples].find(({ path: one }) => one === at(`set/${name}`));
    expect(of('a/1.npy')).toMatchObject({
      width: 40,
      height: 40,
      format: 'npy',
      stored: { channels: 6, colours: 'other', numbers: 'uint16', bits: 16, hasTypeRange: true },
    });
    expect([...index.samples].map(({ path: one }) => path.relative(at('set'), one))).toEqual([
      'a/1.npy',
      'a/2.npy',
      'b/3.npy',
      'b/plain.png',
      'b/volume.npy#frame=0',
      'b/volume.npy#frame=1',
      'b/volume.npy#frame=2',
    ]);
    expect(index.images).toBe(7);
    expect(index.formats).toEqual({ npy: 4, png: 1 });
    expect(index.kinds).toEqual({ '6 channels of 16 bits': 3, '1 channel of 16 bits': 3 });
    expect(of('b/plain.png')?.stored).toBeUndefined();
    const looks = [0, 1, 2].map((i) => of(`b/volume.npy#frame=${i}`)!);
    expect(looks[0]!.phash).toHaveLength(80);
    expect(looks[0]!.phash).toBe(looks[2]!.phash);
    expect(looks[0]!.phash).not.toBe(looks[1]!.phash);
    expect(new Set(looks.map(({ hash }) => hash)).size).toBe(3);
    expect(index.unreadable).toEqual([
      {
        path: at('set/b/cut.npy'),
        reason: 'image is damaged: it has 900 bytes and needs 6528',
      },
    ]);
  });

  it('is the same from its cache', async () => {
    const indexFile = at('index.jsonl');
    const first = await scanFolders([at('set')], { indexFile });
    expect((await readIndexFile(indexFile)).size).toBe(5);
    const again = await scanFolders([at('set')], { indexFile });
    expect({ ...again, samples: [...again.samples] }).toEqual({
      ...first,
      samples: [...first.samples],
    });
  });

  it('takes 16 and 8 bits of one picture for similar', async () => {
    const folder = at('twins');
    await mkdir(folder);
    const values = waves(1, 3, 64);
    await writeFile(path.join(folder, 'deep.npy'), arrayFile(values, [1, 64, 64]));
    await sharp(Buffer.from(values.map((value) => value >> 8)), {
      raw: { width: 64, height: 64, channels: 1 },
    })
      .png()
      .toFile(path.join(folder, 'plain.png'));
    const [deep, plain] = (await scanFolders([folder])).samples;
    const differing = [...deep!.phash!].filter((digit, i) => digit !== plain!.phash![i]);
    expect(differing.length).toBeLessThan(8);
  });

  it('gives the pictures of a file its label', async () => {
    const { samples, classes } = await readLabelledSet(at('set'));
    expect(classes).toEqual(['a', 'b']);
    expect([...samples].map(({ path: one, label }) => [path.basename(one), label])).toEqual([
      ['1.npy', 0],
      ['2.npy', 0],
      ['3.npy', 1],
      ['plain.png', 1],
      ['volume.npy#frame=0', 1],
      ['volume.npy#frame=1', 1],
      ['volume.npy#frame=2', 1],
    ]);
    expect(samples.at(0)!.stored?.channels).toBe(6);
  });

  it('reads a list that names one picture of a file', async () => {
    const list = at('set/list.csv');
    await writeFile(
      list,
      'path,label\nb/volume.npy#frame=1,x\na/1.npy,y\nb/volume.npy#frame=9,x\n',
    );
    const { samples, problems } = await readLabelledSet(list, { maxUnusableFraction: 0.5 });
    expect([...samples].map(({ path: one }) => path.basename(one))).toEqual([
      'volume.npy#frame=1',
      '1.npy',
    ]);
    const { items } = problems.find(({ code }) => code === 'unreadable')!;
    expect(items[0]).toContain('it has 3 pictures, and none of number 9');
  });

  it('doubts numbers in a small part of their range, and says what to set', async () => {
    const folder = at('dark');
    await mkdir(folder);
    const values = waves(1, 3).map((value) => value >> 4);
    await writeFile(path.join(folder, 'dark.npy'), arrayFile(values, [1, 40, 40]));
    const { doubts } = await scanFolders([folder]);
    expect(doubts).toEqual([expect.stringContaining('set value_range to percentiles')]);
  });
});
