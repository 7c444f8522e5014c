import { expect, it } from 'vitest';
import { QuickReader } from './read-file.ts';

/** A reader of files that each take some time, and where each of them was read. */
function reading(msOf: (i: number) => number) {
  const places: string[] = [];
  let clock = 0;
  const reader = new QuickReader({
    here: () => {
      clock += msOf(places.length);
      places.push('here');
      return Buffer.alloc(1);
    },
    elsewhere: async () => {
      places.push('elsewhere');
      return Buffer.alloc(1);
    },
    now: () => clock,
  });
  const readAll = async (count: number) => {
    for (let i = 0; i < count; i++) await reader.read('file');
    return places;
  };
  return { reader, readAll };
}

it('reads in this thread what comes quickly, with a pause of the system now and then', async () => {
  const { readAll } = reading((i) => (i % 20 === 0 ? 4 : 0.02));
  expect(new Set(await readAll(200))).toEqual(new Set(['here']));
});

it('has a slow disk read by threads of the system, and tries again later', async () => {
  const places = await reading(() => 10).readAll(200);
  expect(places.slice(0, 2)).toEqual(['here', 'elsewhere']);
  expect(places.filter((place) => place === 'here').length).toBeLessThan(5);
});

it('comes back when the disk is quick again', async () => {
  const places = await reading((i) => (i < 100 ? 10 : 0.02)).readAll(300);
  expect(new Set(places.slice(200))).toEqual(new Set(['here']));
});

it('gives the error of the file system', async () => {
  await expect(new QuickReader().read('/gone/away')).rejects.toMatchObject({ code: 'ENOENT' });
});
