import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readLabelledSet } from '../../labelled/labelled-set.ts';
import { scanFolders } from '../../scan/scan.ts';
import { openLocation, readLocation, statLocation } from '../locate.ts';
import { walkFolder } from '../walk.ts';
import { grey } from './testing/pictures.ts';
import { tarOf } from './testing/write-tar.ts';
import { zipOf } from './testing/write-zip.ts';

const folder = () => mkdtemp(path.join(os.tmpdir(), 'containers-'));

async function stored(name: string, content: Buffer): Promise<string> {
  const at = path.join(await folder(), name);
  await writeFile(at, content);
  return at;
}

const walked = (at: string) => walkFolder(at, new Map());
const relatives = async (at: string) => (await walked(at)).files.map(({ relative }) => relative);
const reasons = async (at: string) => (await walked(at)).unreadable.map(({ reason }) => reason);

test('entries of a tar file are read in place', async () => {
  const long = `${'deep/'.repeat(40)}a.jpg`;
  const at = await stored(
    'a.tar',
    tarOf([
      { name: './cat/', type: '5' },
      { name: './cat/1.jpg', content: 'first' },
      { name: 'x', pax: { path: `käse/${long}` }, content: 'pax' },
      { name: long, isLongName: true, content: 'gnu' },
      { name: '/abs/b.jpg', content: '' },
    ]),
  );
  expect(await relatives(at)).toEqual(['abs/b.jpg', 'cat/1.jpg', long, `käse/${long}`]);
  expect((await readLocation(`${at}/cat/1.jpg`)).toString()).toBe('first');
  expect((await readLocation(`${at}/käse/${long}`)).toString()).toBe('pax');
  expect((await readLocation(`${at}/${long}`)).toString()).toBe('gnu');
  expect((await statLocation(`${at}/cat/1.jpg`)).size).toBe(5);
  const source = await openLocation(`${at}/cat/1.jpg`);
  expect(Buffer.from(await source.read(1, 3)).toString()).toBe('irs');
  await expect(source.read(1, 5)).rejects.toMatchObject({ code: 'image-damaged' });
  await source.close();
});

test('a pax header may state the size', async () => {
  const at = await stored(
    'a.tar',
    tarOf([{ name: 'a.jpg', pax: { size: '5' }, content: 'whole', size: 0 }]),
  );
  expect((await readLocation(`${at}/a.jpg`)).toString()).toBe('whole');
});

test('entries of zip files are read in place, stored, deflated, and with zip64', async () => {
  for (const isLarge of [false, true]) {
    const at = await stored(
      'a.zip',
      zipOf(
        [
          { name: 'cat/', content: '', isStored: true },
          { name: 'cat/1.jpg', content: 'stored', isStored: true, isLarge },
          { name: 'dog\\2.jpg', content: 'deflated'.repeat(100), isLarge },
        ],
        isLarge,
      ),
    );
    expect(await relatives(at)).toEqual(['cat/1.jpg', 'dog/2.jpg']);
    expect((await readLocation(`${at}/cat/1.jpg`)).toString()).toBe('stored');
    expect((await readLocation(`${at}/dog/2.jpg`)).toString()).toBe('deflated'.repeat(100));
    const source = await openLocation(`${at}/dog/2.jpg`);
    expect(Buffer.from(await source.read(8, 8)).toString()).toBe('deflated');
    await source.close();
  }
});

test('what cannot be read in a tar file is named, and the rest is read', async () => {
  const good = { name: 'good.jpg', content: 'good' };
  const at = await stored(
    'a.tar',
    tarOf([
      good,
      { name: '../out.jpg', content: 'x' },
      { name: 'link.jpg', type: '2' },
      { name: 'hard.jpg', type: '1' },
      { name: 'sparse.jpg', type: 'S', content: 'x' },
      { name: Buffer.from([0xff, 0x2e, 0x6a, 0x70, 0x67]), content: 'x' },
      { name: 'twice.jpg', content: '1' },
      { name: './twice.jpg', content: '2' },
      { name: 'inner.zip', content: 'PK' },
      { name: 'notes.md', content: 'text' },
      { name: '__MACOSX/._good.jpg', content: 'x' },
    ]),
  );
  const { files, unreadable, ignored, system } = await walked(at);
  expect(files.map(({ relative }) => relative)).toEqual(['good.jpg']);
  expect(ignored).toEqual({ '.md': 1 });
  expect(system.images).toBe(1);
  expect(unreadable.map(({ path: of, reason }) => `${path.relative(at, of)}: ${reason}`)).toEqual([
    '../out.jpg: the entry has a name that leads outside of the container',
    'link.jpg: the entry is a link to another file: store the file itself (tar --dereference --hard-dereference)',
    'hard.jpg: the entry is a link to another file: store the file itself (tar --dereference --hard-dereference)',
    'sparse.jpg: the entry is a sparse file: store it without --sparse',
    '\uFFFD.jpg: the entry has a name that is not UTF-8: rename it',
    'twice.jpg: the entry stands 2 times in the container',
    'inner.zip: it is a container within a container: unpack the outer one',
  ]);
});

test('what cannot be read in a zip file is named, and the rest is read', async () => {
  const at = await stored(
    'a.zip',
    zipOf([
      { name: 'good.jpg', content: 'good' },
      { name: 'secret.jpg', content: 'x', flags: 1 },
      { name: 'lzma.jpg', content: 'x', method: 14 },
      { name: 'a/../../out.jpg', content: 'x' },
    ]),
  );
  expect(await relatives(at)).toEqual(['good.jpg']);
  expect(await reasons(at)).toEqual([
    'the entry is encrypted: unpack the container with its password',
    'the entry is compressed by method 14; stored and deflated entries are read',
    'the entry has a name that leads outside of the container',
  ]);
});

test('cut and damaged containers are named', async () => {
  const tar = tarOf([
    { name: 'a.jpg', content: 'a'.repeat(2000) },
    { name: 'b.jpg', content: 'b'.repeat(2000) },
  ]);
  const cut = await stored('cut.tar', tar.subarray(0, 3500));
  expect(await relatives(cut)).toEqual(['a.jpg']);
  expect(await reasons(cut)).toEqual(['the entry is longer than what is left of the container']);
  expect(await reasons(await stored('end.tar', tar.subarray(0, 2560)))).toEqual([
    'the container has no end mark, so a part of it may be missing',
  ]);
  expect(await reasons(await stored('head.tar', tar.subarray(0, 2700)))).toEqual([
    'the container ends within the header of an entry',
  ]);
  const wrong = Buffer.from(tar);
  wrong[2561] = 0xee;
  expect(await reasons(await stored('wrong.tar', wrong))).toEqual([
    'the container is damaged after 1 entries: a header is wrong; the rest is not read',
  ]);
  expect(await reasons(await stored('text.tar', Buffer.alloc(600, 65)))).toEqual([
    'the container cannot be read: it is not a tar file',
  ]);
  expect(
    await reasons(await stored('packed.tar', Buffer.alloc(600, '\x1f\x8b', 'latin1'))),
  ).toEqual([
    'the container cannot be read: it is compressed with gzip, so its entries cannot be read one by one: decompress it',
  ]);
  const zip = zipOf([{ name: 'a.jpg', content: 'a'.repeat(2000) }]);
  expect(await reasons(await stored('cut.zip', zip.subarray(0, 60)))).toEqual([
    'the container cannot be read: it is no zip file, or its end is missing',
  ]);
});

test('zip files that are built to fill the memory are refused', async () => {
  const bomb = await stored(
    'bomb.zip',
    zipOf([{ name: 'a.jpg', content: Buffer.alloc(1e7), size: 100 }]),
  );
  await expect(readLocation(`${bomb}/a.jpg`)).rejects.toMatchObject({
    code: 'file-unread',
    details: {
      reason: `file cannot be read: the entry a.jpg of the container ${bomb} cannot be decompressed`,
    },
  });
  const large = await stored('large.zip', zipOf([{ name: 'a.jpg', content: 'x', size: 2 ** 31 }]));
  await expect(readLocation(`${large}/a.jpg`)).rejects.toThrow(/more than are decompressed/);
  const wrong = await stored('sum.zip', zipOf([{ name: 'a.jpg', content: 'x', checksum: 1 }]));
  await expect(readLocation(`${wrong}/a.jpg`)).rejects.toThrow(/its checksum is wrong/);
  const overlap = zipOf([
    { name: 'a.jpg', content: 'x' },
    { name: 'b.jpg', content: 'x', at: 5 },
  ]);
  expect(await reasons(await stored('overlap.zip', overlap))).toEqual([
    'the container cannot be read: it has entries that overlap (a.jpg and b.jpg)',
  ]);
});

test('compressed tar files are named with the next step', async () => {
  const at = await stored('set.tar.gz', Buffer.from('x'));
  expect(await reasons(path.dirname(at))).toEqual([
    'it is compressed as a whole, so its images cannot be read one by one: decompress it to .tar, or unpack it',
  ]);
});

test('a container that changed after its scan is named until it is scanned again', async () => {
  const at = await stored('a.tar', tarOf([{ name: 'a.jpg', content: 'old' }]));
  await walked(at);
  await writeFile(
    at,
    tarOf([
      { name: 'b.jpg', content: 'x' },
      { name: 'a.jpg', content: 'newer' },
    ]),
  );
  await expect(readLocation(`${at}/a.jpg`)).rejects.toThrow(/the container has changed/);
  await walked(at);
  expect((await readLocation(`${at}/a.jpg`)).toString()).toBe('newer');
});

test('files and containers of a folder are scanned together, and known ones are not read again', async () => {
  const at = await folder();
  const indexFile = path.join(await folder(), 'index.jsonl');
  await writeFile(path.join(at, 'plain.png'), await grey(10));
  await writeFile(path.join(at, 'a.tar'), tarOf([{ name: 'cat/1.png', content: await grey(20) }]));
  await writeFile(path.join(at, 'b.zip'), zipOf([{ name: 'dog/2.png', content: await grey(30) }]));
  const first = await scanFolders([at], { indexFile });
  expect([...first.samples].map((one) => path.relative(at, one.path))).toEqual([
    'a.tar/cat/1.png',
    'b.zip/dog/2.png',
    'plain.png',
  ]);
  expect(first.ignored).toEqual({});
  expect((await scanFolders([at], { indexFile })).fingerprint).toBe(first.fingerprint);
  expect((await scanFolders([path.join(at, 'a.tar')])).images).toBe(1);
});

test('folders of containers are classes, and names of containers splits', async () => {
  const at = await folder();
  for (const [i, split] of ['train', 'val'].entries())
    await writeFile(
      path.join(at, `${split}-0.tar`),
      tarOf([
        { name: 'cat/1.png', content: await grey(20 + i) },
        { name: 'dog/2.png', content: await grey(50 + i) },
      ]),
    );
  await mkdir(path.join(at, 'train', 'cat'), { recursive: true });
  await writeFile(path.join(at, 'train', 'cat', '9.png'), await grey(90));
  const set = await readLabelledSet(at);
  expect(set.classes).toEqual(['cat', 'dog']);
  expect(
    [...set.samples].map(({ path: of, label, split }) => [path.relative(at, of), label, split]),
  ).toEqual([
    ['train/cat/9.png', 0, 'train'],
    ['train-0.tar/cat/1.png', 0, 'train'],
    ['train-0.tar/dog/2.png', 1, 'train'],
    ['val-0.tar/cat/1.png', 0, 'val'],
    ['val-0.tar/dog/2.png', 1, 'val'],
  ]);
});

test('classes by the naming of WebDataset', async () => {
  const at = await stored(
    'shard-0.tar',
    tarOf([
      { name: '0001.png', content: await grey(20) },
      { name: '0001.cls', content: '10\n' },
      { name: '0001.json', content: '{"caption":"a cat"}' },
      { name: '0002.png', content: await grey(50) },
      { name: '0002.cls', content: '9' },
      { name: '0003.png', content: await grey(70) },
    ]),
  );
  const set = await readLabelledSet(at);
  expect(set.classes).toEqual(['9', '10']);
  expect([...set.samples].map(({ label }) => label)).toEqual([1, 0]);
  expect(set.problems).toMatchObject([{ code: 'outside-classes', items: [`${at}/0003.png`] }]);
  expect((await walked(at)).ignored).toEqual({});
  const json = await stored(
    'shard.tar',
    tarOf([
      { name: 'a.png', content: await grey(20) },
      { name: 'a.json', content: '{"label":"cat"}' },
    ]),
  );
  expect((await readLabelledSet(json)).classes).toEqual(['cat']);
});
