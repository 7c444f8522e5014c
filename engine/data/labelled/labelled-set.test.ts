import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelledSet, LabelProblemCode } from '../annotations/labelled-types.ts';
import { readIndexFile } from '../scan/index-file.ts';
import { writeSmallImage } from '../testing/small-images.ts';
import { type LabelledSetOptions, readLabelledSet } from './labelled-set.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-labels-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const image = (relative: string, number: number) => writeSmallImage(root, relative, number);
const problem = (set: LabelledSet, code: LabelProblemCode) =>
  set.problems.find((one) => one.code === code);
const relative = (set: LabelledSet) =>
  [...set.samples].map(({ path: at }) => path.relative(root, at).split(path.sep).join('/'));
const named = (set: LabelledSet) => [...set.samples].map(({ label }) => set.classes[label]);

async function readList(name: string, text: string | Uint8Array, options?: LabelledSetOptions) {
  const file = path.join(root, name);
  await writeFile(file, text);
  return readLabelledSet(file, options);
}

describe('a folder a class', () => {
  it('gives numbers to folder names in the order of their characters', async () => {
    for (const [i, name] of ['9', '10', 'Zebra', 'ant', 'Ärger'].entries())
      await image(`${name}/x.png`, i);
    await image('ant/deep/er/y.png', 9);
    const set = await readLabelledSet(root);
    expect(set.classes).toEqual(['10', '9', 'Zebra', 'ant', 'Ärger']);
    expect(set.counts).toEqual([1, 1, 1, 2, 1]);
    expect(relative(set)).toContain('ant/deep/er/y.png');
    expect(named(set)).toEqual([...set.samples].map((_, i) => relative(set)[i]!.split('/')[0]));
    expect(set.source).toBe(path.resolve(root));
    expect(set.problems).toEqual([]);
  });

  it('reports empty classes, images outside them and unusable images without failing', async () => {
    await image('cat/a.png', 1);
    await image('dog/b.png', 2);
    await image('stray.png', 3);
    await image('.hidden/c.png', 4);
    await mkdir(path.join(root, 'empty'));
    await mkdir(path.join(root, 'broken'));
    const broken = path.join(root, 'broken', 'x.jpg');
    await writeFile(broken, 'no image');
    await writeFile(path.join(root, 'cat', 'notes.txt'), 'no image');
    const set = await readLabelledSet(root);
    expect(set.classes).toEqual(['cat', 'dog']);
    expect(problem(set, 'empty-class')?.items).toEqual(['broken', 'empty']);
    expect(problem(set, 'outside-classes')?.items).toHaveLength(2);
    expect(problem(set, 'unreadable')?.items).toEqual([
      `${broken}: content is not of a known image format`,
    ]);
  });

  it('has given splits where its only folders are named like them', async () => {
    await image('train/cat/a.png', 1);
    await image('train/dog/b.png', 2);
    await image('Validation/cat/c.png', 3);
    await image('test/dog/d.png', 4);
    const set = await readLabelledSet(root);
    expect(set.classes).toEqual(['cat', 'dog']);
    expect([...set.samples].map(({ split }) => split)).toEqual(['val', 'test', 'train', 'train']);
    expect(named(set)).toEqual(['cat', 'dog', 'cat', 'dog']);
    expect(problem(set, 'split-lacks-classes')?.items).toEqual(['val: dog', 'test: cat']);
  });

  it('takes a class named test as a class beside others', async () => {
    await image('test/a.png', 1);
    await image('train/b.png', 2);
    expect((await readLabelledSet(root)).classes).toEqual(['test', 'train']);
    await image('other/c.png', 3);
    const set = await readLabelledSet(root);
    expect(set.classes).toEqual(['other', 'test', 'train']);
    expect([...set.samples].every(({ split }) => split === undefined)).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('may be a link', async () => {
    await image('elsewhere/in/a.png', 1);
    await image('set/dog/b.png', 2);
    await symlink(path.join(root, 'elsewhere', 'in'), path.join(root, 'set', 'cat'));
    const set = await readLabelledSet(path.join(root, 'set'));
    expect(set.classes).toEqual(['cat', 'dog']);
  });

  it('is refused without classes, and when it does not exist', async () => {
    await image('a.png', 1);
    await expect(readLabelledSet(root)).rejects.toMatchObject({ code: 'no-classes' });
    await mkdir(path.join(root, 'cat'));
    await expect(readLabelledSet(root)).rejects.toMatchObject({ code: 'no-images' });
    await expect(readLabelledSet(path.join(root, 'gone'))).rejects.toMatchObject({
      code: 'labels-missing',
    });
  });

  it('with a single class serves evaluation but not training', async () => {
    await image('cat/a.png', 1);
    expect((await readLabelledSet(root)).classes).toEqual(['cat']);
    await expect(readLabelledSet(root, { forTraining: true })).rejects.toMatchObject({
      code: 'single-class',
    });
  });

  it('may have a thousand classes', async () => {
    for (let i = 0; i < 1000; i++) await image(`n${String(i).padStart(4, '0')}/x.png`, i);
    const set = await readLabelledSet(root);
    expect(set.classes).toHaveLength(1000);
    expect([...set.samples].map(({ label }) => label)).toEqual(set.classes.map((_, i) => i));
  });

  it('reports classes of very different size', async () => {
    for (let i = 0; i < 20; i++) await image(`many/${i}.png`, i);
    await image('few/a.png', 30);
    await image('few/b.png', 31);
    const set = await readLabelledSet(root);
    expect(set.counts).toEqual([2, 20]);
    expect(problem(set, 'unbalanced')).toMatchObject({
      message: 'The class many has 20 images, 10 times as many as few with 2',
      items: ['many: 20', 'few: 2'],
    });
  });
});

describe('the same image twice', () => {
  it('is a conflict with different labels and a duplicate with one', async () => {
    const cat = await image('cat/a.png', 1);
    const dog = await image('dog/b.png', 1);
    const copies = [await image('dog/c.png', 2), await image('dog/d.png', 2)];
    const set = await readLabelledSet(root);
    expect(problem(set, 'conflicting-labels')?.items).toEqual([`${cat} (cat) = ${dog} (dog)`]);
    expect(problem(set, 'duplicates')?.items).toEqual([copies.join(' = ')]);
    expect(set.samples).toHaveLength(4);
  });
});

describe('a validation set', () => {
  it('gets the numbers of the training set', async () => {
    await image('b/x.png', 1);
    await image('d/x.png', 2);
    const set = await readLabelledSet(root, { classes: ['d', 'c', 'b'] });
    expect(set.classes).toEqual(['d', 'c', 'b']);
    expect([...set.samples].map(({ label }) => label)).toEqual([2, 0]);
    expect(set.counts).toEqual([1, 0, 1]);
    expect(problem(set, 'classes-absent')?.items).toEqual(['c']);
    expect(problem(set, 'empty-class')).toBeUndefined();
  });

  it('with classes that the training set lacks is refused by their names', async () => {
    await image('b/x.png', 1);
    await image('unheard of/x.png', 2);
    await expect(readLabelledSet(root, { classes: ['b'] })).rejects.toMatchObject({
      code: 'unknown-classes',
      message: expect.stringContaining('unheard of'),
      details: { unknown: ['unheard of'] },
    });
  });
});

describe('a table of paths and labels', () => {
  beforeEach(async () => {
    await image('pictures/a.png', 1);
    await image('pictures/b, with comma.png', 2);
    await image('pictures/c "quoted".png', 3);
  });

  it('has columns in any order, quoted fields, Windows line ends and a byte order mark', async () => {
    const text = [
      '\uFEFFextra,Label,PATH,split',
      '1,cat,pictures/a.png,train',
      '',
      '2,dog,"pictures/b, with comma.png",VAL',
      '3,"big ""dog""","pictures/c ""quoted"".png",',
      '',
    ].join('\r\n');
    const set = await readList('labels.csv', text);
    expect(named(set)).toEqual(['cat', 'dog', 'big "dog"']);
    expect(set.classes).toEqual(['big "dog"', 'cat', 'dog']);
    expect([...set.samples].map(({ split }) => split)).toEqual(['train', 'val', undefined]);
  });

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('may be divided by %s', async (_, delimiter) => {
    const text = `path,label\npictures/a.png,x\npictures/c "quoted".png,y\n`.replaceAll(
      ',',
      delimiter,
    );
    expect(named(await readList('labels.csv', text))).toEqual(['x', 'y']);
  });

  it('may come from a spreadsheet that writes UTF-16', async () => {
    const text = '\uFEFFpath\tlabel\r\npictures/a.png\tÄpfel\r\n';
    expect(named(await readList('labels.csv', Buffer.from(text, 'utf16le')))).toEqual(['Äpfel']);
  });

  it('is recognised by its header whatever its name, and may start paths elsewhere', async () => {
    const options = { root: path.join(root, 'pictures') };
    const set = await readList('list.txt', 'path,label\na.png,x\n', options);
    expect(relative(set)).toEqual(['pictures/a.png']);
  });

  it('takes absolute paths as they are', async () => {
    const at = path.join(root, 'pictures', 'a.png');
    expect(relative(await readList('labels.csv', `path,label\n${at},x\n`))).toEqual([
      'pictures/a.png',
    ]);
  });

  it('reports rows without file, image or label by their line without failing', async () => {
    await writeFile(path.join(root, 'text.png'), 'no image');
    const rows = Array.from({ length: 60 }, () => 'pictures/a.png,x');
    const text = ['path,label,split', 'gone.png,x', 'text.png,x', 'pictures/a.png,', ...rows];
    text.push(',x', 'pictures/a.png,x,holiday');
    const set = await readList('labels.csv', text.join('\n'));
    expect(set.samples).toHaveLength(60);
    expect(problem(set, 'missing-file')?.items).toEqual([`row 2: ${path.join(root, 'gone.png')}`]);
    expect(problem(set, 'unreadable')?.items[0]).toMatch(/^row 3: .*text\.png: content is not/);
    expect(problem(set, 'row-without-label')?.items).toEqual([
      'row 4: pictures/a.png',
      'row 65: no path',
    ]);
    expect(problem(set, 'unknown-split')?.items).toEqual(['row 66: holiday']);
  });

  it('is refused when more rows than allowed are lost, or all', async () => {
    const text = 'path,label\npictures/a.png,x\ngone.png,x\n';
    await expect(readList('labels.csv', text)).rejects.toMatchObject({
      code: 'too-many-unusable-rows',
      message: expect.stringMatching(/^1 of 2 rows .* more than the 10 % that may be left out: /),
    });
    const set = await readList('labels.csv', text, { maxUnusableFraction: 0.5 });
    expect(set.samples).toHaveLength(1);
    await expect(readList('labels.csv', 'path,label\ngone.png,x\n')).rejects.toMatchObject({
      code: 'no-images',
      message: expect.stringContaining('gone.png'),
    });
  });

  it.each([
    ['without a header', 'pictures/a.png,x\n', 'pictures/a.png,x'],
    ['that is empty', '', 'is empty'],
    ['with quotes that do not match', 'path,label\n"pictures/a.png,x\n', 'is not a table'],
  ])('%s is refused', async (_, text, words) => {
    await expect(readList('labels.csv', text)).rejects.toMatchObject({
      code: 'list-invalid',
      message: expect.stringContaining(words),
    });
  });

  it('numbers integer labels by their value, others by their characters', async () => {
    const table = (labels: string[]) =>
      ['path,label', ...labels.map((label) => `pictures/a.png,${label}`)].join('\n');
    expect((await readList('labels.csv', table(['10', '9', '-1']))).classes).toEqual([
      '-1',
      '9',
      '10',
    ]);
    expect((await readList('labels.csv', table(['10', '9', 'x']))).classes).toEqual([
      '10',
      '9',
      'x',
    ]);
  });
});

describe('a list of lines', () => {
  it('divides path and label at the last space', async () => {
    await image('my pictures/a b.png', 1);
    await image('c.png', 2);
    const set = await readList('list.txt', 'my pictures/a b.png 10\r\n\r\nc.png\t9\n');
    expect(relative(set)).toEqual(['my pictures/a b.png', 'c.png']);
    expect(set.classes).toEqual(['9', '10']);
    expect([...set.samples].map(({ label }) => label)).toEqual([1, 0]);
  });

  it('names lines without a label', async () => {
    await image('c.png', 2);
    const lines = [...Array.from({ length: 20 }, () => 'c.png dog'), 'c.png'];
    const set = await readList('list.txt', lines.join('\n'));
    expect(problem(set, 'row-without-label')?.items).toEqual(['row 21: c.png']);
    expect(set.classes).toEqual(['dog']);
  });
});

describe('a list in a confined process', () => {
  const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQ/IBADAN hunter2', 'swordfish xyzzy', ''];
  const words = [...key.flatMap((line) => line.split(/[ /-]+/)), 'holiday', 'plugh'];
  const secrets = words.filter((word) => word.length > 2);
  const told = async (name: string, text: string, options: LabelledSetOptions = {}) => {
    const answer = await readList(name, text, { ...options, confined: true }).catch(
      (error: unknown) => error,
    );
    return JSON.stringify({ answer, message: answer instanceof Error ? answer.message : '' });
  };

  it.each([
    ['key.pem', key.join('\n')],
    ['key', key.join(' ')],
    ['key.csv', key.join('\n')],
    ['key.csv', `path,label\n"${key.join('\n')}`],
    ['key.csv', `path,label,split\n${key.map((line) => `${line},plugh,holiday`).join('\n')}`],
    ['key.csv', `path;label\n${key.map((line) => `${line};`).join('\n')}`],
    ['key.csv', `path,label\n${'swordfish'.repeat(1000)},plugh\n`],
    ['key.csv', 'path,label\nhidden.png/swordfish,plugh\n'],
    ['key.utf16', Buffer.from(`\uFEFF${key.join('\n')}`, 'utf16le').toString('latin1')],
  ])('repeats no word of a file that is none: %s', async (name, text) => {
    await image('hidden.png', 1);
    const answer = await told(name, text);
    for (const secret of secrets) expect(answer).not.toContain(secret);
  });

  it('repeats no word of rows that lead nowhere beside rows that lead to images', async () => {
    const good = Array.from({ length: 30 }, (_, i) => `good.png,${i % 2 === 0 ? 'cat' : 'dog'}`);
    await image('good.png', 1);
    const rows = ['swordfish.png,plugh', 'xyzzy,', 'good.png,cat,holiday'];
    const text = ['path,label,split', ...rows, ...good].join('\n');
    const indexFile = path.join(root, 'memory.index');
    const answer = await told('labels.csv', text, { maxUnusableFraction: 1, indexFile });
    for (const secret of secrets) expect(answer).not.toContain(secret);
    // What is remembered lies in the workspace, which a page may take away.
    for (const [remembered] of await readIndexFile(indexFile))
      expect(remembered).toBe(path.join(root, 'good.png'));
    for (const word of ['row 2', 'row 3', 'row 4', 'cat', 'dog']) expect(answer).toContain(word);
  });

  it('still names labels and paths of existing files that are not images', async () => {
    await image('good.png', 1);
    await writeFile(path.join(root, 'text.png'), 'no image');
    const good = Array.from({ length: 30 }, () => 'good.png,cat');
    const text = ['path,label', 'text.png,dog', ...good].join('\n');
    const set = await readList('labels.csv', text, { confined: true });
    expect(problem(set, 'unreadable')?.items[0]).toMatch(/^row 2: .*text\.png: content is not/);
    expect(problem(set, 'empty-class')?.items).toEqual(['dog']);
  });

  it('needs a header, so that no text is taken for a list of lines', async () => {
    await image('c.png', 2);
    const text = 'c.png dog\nc.png cat\n';
    expect((await readList('list.txt', text)).samples).toHaveLength(2);
    await expect(readList('list.txt', text, { confined: true })).rejects.toMatchObject({
      code: 'list-invalid',
      message: expect.not.stringContaining('dog'),
    });
  });
});

describe('the fingerprint of labelled images', () => {
  it('holds wherever they lie and changes with image, label, class name and order', async () => {
    await image('one/cat/a.png', 1);
    await image('one/dog/b.png', 2);
    await image('two/cat/a.png', 1);
    await image('two/dog/b.png', 2);
    const read = async (name: string) => (await readLabelledSet(path.join(root, name))).fingerprint;
    const first = await read('one');
    expect(await read('two')).toBe(first);
    await image('two/dog/b.png', 3);
    expect(await read('two')).not.toBe(first);
    await image('three/dog/a.png', 1);
    await image('three/eel/b.png', 2);
    expect(await read('three')).not.toBe(first);
    const forth = await readList('f.csv', 'path,label\none/cat/a.png,cat\none/dog/b.png,dog\n');
    const back = await readList('b.csv', 'path,label\none/dog/b.png,dog\none/cat/a.png,cat\n');
    expect(forth.fingerprint).toBe(first);
    expect(back.fingerprint).not.toBe(first);
  });
});

describe('reading again', () => {
  it('reports progress, caches results and can be interrupted', async () => {
    for (let i = 0; i < 6; i++) await image(`cat/${i}.png`, i);
    const indexFile = path.join(root, 'memory', 'images.index');
    const seen: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) =>
      seen.push(done + total);
    await readLabelledSet(root, { indexFile, onProgress });
    expect(seen).toEqual([7, 8, 9, 10, 11, 12]);
    expect((await readIndexFile(indexFile)).size).toBe(6);
    const stopped = readLabelledSet(root, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });
});
