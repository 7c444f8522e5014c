import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDenseSet } from '../data/targets/dense-set.ts';
import type { DenseSet, ObjectMask } from '../data/targets/dense-types.ts';
import { readClassMap } from '../data/targets/read-class-map.ts';
import { photo, writeFiles } from '../data/targets/testing/write-set.ts';
import { rasterisePolygons } from '../geometry/rasterise.ts';
import {
  decodeMask,
  encodeMask,
  mergeRuns,
  type RunLengths,
  runArea,
} from '../geometry/run-length.ts';
import { runsFromText } from '../geometry/run-length-text.ts';
import { ImageNames } from './image-names.ts';
import { masksOf, type PredictedImage } from './prediction.ts';
import { type ListHead, PredictionsFolder, readList } from './predictions-folder.ts';
import { CLASSES, discObjects, discs } from './testing/predicted.ts';
import type { FolderFormatName } from './writers/register.ts';

const SIZES = { 'a.jpg': [120, 60], 'deep/b.png': [90, 70], 'deep/a.jpg': [64, 64] } as const;
const NAMES = Object.keys(SIZES) as (keyof typeof SIZES)[];

/** Of interrupted calls, which close nothing; kept, so that they are not closed as garbage. */
const interrupted: PredictionsFolder[] = [];

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-predictions-'));
  for (const name of NAMES) {
    const format = name.endsWith('png') ? 'png' : 'jpeg';
    const [width, height] = SIZES[name];
    await writeFiles(at('photos'), { [name]: await photo(width, height, { format }) });
  }
});
afterEach(() => rm(root, { recursive: true, force: true }));

const imageOf = (name: keyof typeof SIZES) => {
  const [width, height] = SIZES[name];
  return { path: at('photos', name), width, height };
};

function open(format: FolderFormatName, over: Partial<ListHead> = {}, resume = false) {
  const head: ListHead = { format, kind: 'map', task: 'test', model: 'm', classes: CLASSES };
  const names = new ImageNames([at('photos')], [true]);
  return PredictionsFolder.open({ folder: at('out'), head: { ...head, ...over }, names, resume });
}

async function write(format: FolderFormatName, images: readonly PredictedImage[]) {
  const kind = 'classes' in images[0]! ? 'map' : 'objects';
  const folder = await open(format, { kind });
  for (const image of images) await folder.add(image);
  await folder.end();
}

const maps = () => NAMES.map((name) => discs(imageOf(name)));
const objects = (masks = true) => NAMES.map((name) => discObjects(imageOf(name), masks));

function share(a: RunLengths, b: RunLengths): number {
  return runArea(mergeRuns([a, b], 'intersection')) / runArea(mergeRuns([a, b], 'union'));
}

function runsOf(mask: ObjectMask, { width, height }: PredictedImage): RunLengths {
  return 'runs' in mask ? mask.runs : rasterisePolygons(mask.polygons, height, width);
}

/** Objects of a set cover what was predicted, class by class. */
function expectOutlines(set: DenseSet, least: number): void {
  expect(set.problems.filter(({ code }) => code !== 'nearly-one-colour')).toEqual([]);
  expect(set.images).toHaveLength(NAMES.length);
  for (const image of maps()) {
    const found = [...set.images].find((one) => one.path === image.path)!;
    for (const { label, mask } of masksOf(image, CLASSES)) {
      const { name } = CLASSES[label]!;
      const own = found.objects!.filter((one) => set.classes[one.label]!.name === name);
      const parts = own.map((one) => runsOf(one.mask!, image));
      expect(share(mergeRuns(parts, 'union'), mask)).toBeGreaterThan(least);
    }
  }
}

describe('masks', () => {
  it('are read back to the last pixel, with the ids of the training set', async () => {
    await write('masks', maps());
    const set = await readDenseSet(at('photos'), {
      masks: at('out', 'masks'),
      classTable: at('out', 'classes.json'),
    });
    expect(set.classes.map(({ id, name }) => ({ id, name }))).toEqual(CLASSES);
    for (const image of set.images) {
      const { classes } = await readClassMap(set, image);
      const name = path.relative(at('photos'), image.path) as keyof typeof SIZES;
      expect(classes).toEqual(discs(imageOf(name)).classes);
    }
  });

  it('take 16 bits where ids need them', async () => {
    const classes = CLASSES.map((one) => ({ ...one, id: one.id * 100 }));
    const folder = await open('masks', { classes });
    for (const image of maps()) await folder.add(image);
    await folder.end();
    const set = await readDenseSet(at('photos'), {
      masks: at('out', 'masks'),
      classTable: at('out', 'classes.json'),
    });
    expect(set.values?.classes).toEqual([0, 300, 700]);
    expect(await readClassMap(set, set.images.at(0)!)).toMatchObject({
      classes: discs(imageOf('a.jpg')).classes,
    });
  });

  it('of objects number them, and a table says what they are', async () => {
    await write('masks', objects());
    const [head, first] = (await readFile(at('out', 'objects.csv'), 'utf8')).split('\n');
    expect(head).toBe('image,file,value,class,score,xmin,ymin,xmax,ymax');
    expect(first).toMatch(/^1,masks\/a\.png,1,disc,0\.75,/);
  });
});

describe('COCO', () => {
  it('has exact run lengths with the category ids of the training set', async () => {
    await write('coco', maps());
    const results = JSON.parse(await readFile(at('out', 'results.json'), 'utf8'));
    expect(
      results.map(({ image_id, category_id }: Record<string, number>) => [image_id, category_id]),
    ).toEqual([1, 2, 3].flatMap((id) => [3, 7].map((category) => [id, category])));
    const { counts, size } = results[0].segmentation;
    const disc = discs(imageOf('a.jpg')).classes.map((label) => (label === 1 ? 1 : 0));
    expect(decodeMask(runsFromText(counts, size[0], size[1]))).toEqual(Uint8Array.from(disc));
  });

  it('has annotations that are read as a set', async () => {
    await write('coco', maps());
    const set = await readDenseSet(at('out', 'annotations.json'), { images: at('photos') });
    expect(set.classes.map(({ id, name }) => [id, name])).toEqual([
      [3, 'disc'],
      [7, 'ring'],
    ]);
    expectOutlines(set, 0.9);
  });

  it('keeps scores and boxes of objects', async () => {
    await write('coco', objects(false));
    const results = JSON.parse(await readFile(at('out', 'results.json'), 'utf8'));
    expect(results[0]).toEqual({
      image_id: 1,
      category_id: 3,
      bbox: discObjects(imageOf('a.jpg')).objects[0]!.box,
      score: 0.75,
    });
    const set = await readDenseSet(at('out', 'annotations.json'), { images: at('photos') });
    expect(set.counts).toEqual([3, 3]);
  });

  it('has run lengths of a mask without a pixel, as no list of polygons can say it', async () => {
    const image = discObjects(imageOf('a.jpg'), true);
    const { height, width } = image;
    const empty = encodeMask(new Uint8Array(height * width), height, width);
    await write('coco', [{ ...image, objects: [{ ...image.objects[0]!, mask: empty }] }]);
    const [annotation] = JSON.parse(
      await readFile(at('out', 'annotations.json'), 'utf8'),
    ).annotations;
    expect(annotation.area).toBe(0);
    const { counts, size } = annotation.segmentation;
    expect(runArea(runsFromText(counts, size[0], size[1]))).toBe(0);
  });
});

describe.each(['map', 'objects'])('outlines of a %s', (kind) => {
  const images = () => (kind === 'map' ? maps() : objects());

  it('are read as YOLO beside the images', async () => {
    await write('yolo', images());
    await cp(at('photos'), at('out', 'images'), { recursive: true });
    const set = await readDenseSet(at('out'), { format: 'yolo' });
    expect(set.classes.map(({ name }) => name)).toEqual(['disc', 'ring']);
    const moved = Array.from(set.images, (image) => {
      const { width, height, bytes, format, hash, objects } = image;
      const photo = image.path.replace(at('out', 'images'), at('photos'));
      return { path: photo, width, height, bytes, format, hash, objects: objects! };
    });
    expectOutlines({ ...set, images: moved }, 0.9);
  });

  it('are read as LabelMe', async () => {
    await write('labelme', images());
    const set = await readDenseSet(at('out'), { format: 'labelme', images: at('photos') });
    expectOutlines(set, 0.9);
  });
});

describe('boxes', () => {
  it.each(['yolo', 'labelme'] as const)('are read as %s', async (format) => {
    await write(format, objects(false));
    await cp(at('photos'), at('out', 'images'), { recursive: true });
    const images = format === 'labelme' ? at('photos') : undefined;
    const set = await readDenseSet(at('out'), { format, images });
    const image = [...set.images].find((one) => path.basename(one.path) === 'b.png')!;
    const found = image.objects!.map(({ box }) => box);
    for (const [i, { box }] of discObjects(imageOf('deep/b.png')).objects.entries())
      for (const [side, value] of box.entries()) expect(found[i]![side]).toBeCloseTo(value, 3);
  });
});

describe('overlays', () => {
  it('colour what was predicted and leave the background', async () => {
    const grey = { r: 120, g: 120, b: 120 };
    const { path: file, width, height } = imageOf('a.jpg');
    await sharp({ create: { width, height, channels: 3, background: grey } }).toFile(file);
    await write('overlay', [discs({ path: file, width, height })]);
    const drawn = await sharp(at('out', 'a.jpg')).raw().toBuffer();
    const changed = (x: number, y: number) =>
      [0, 1, 2].some((channel) => Math.abs(drawn[3 * (y * width + x) + channel]! - 120) > 20);
    expect([changed(30, 30), changed(90, 12), changed(90, 30), changed(2, 2)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a folder of predictions', () => {
  const files = async () => {
    const found = await readdir(at('out'), { recursive: true, withFileTypes: true });
    const names = found
      .filter((one) => one.isFile())
      .map((one) => path.join(one.parentPath, one.name));
    return Object.fromEntries(
      await Promise.all(
        names.sort().map(async (one) => [one, await readFile(one, 'latin1')] as const),
      ),
    );
  };

  it.each(['masks', 'coco', 'yolo', 'labelme'] as const)(
    'is the same after an interruption: %s',
    async (format) => {
      const all = format === 'masks' ? objects() : maps();
      const kind = format === 'masks' ? 'objects' : 'map';
      await write(format, all);
      const whole = await files();
      const first = await open(format, { kind });
      await first.add(all[0]!);
      await first.add(all[1]!);
      interrupted.push(first);
      // As a process leaves it that was killed while it wrote.
      for (const name of await readdir(at('out')))
        if (/\.(jsonl|csv)$|^(results|annotations)\.json$/.test(name))
          await appendFile(at('out', name), format === 'masks' ? '3,masks' : ',{"image_id":3,');
      const second = await open(format, { kind }, true);
      expect(all.map(({ path: image }) => second.isDone(image))).toEqual([true, true, false]);
      await second.add(all[2]!);
      await second.end();
      expect(await files()).toEqual(whole);
    },
  );

  it('is continued when it is complete', async () => {
    await write('coco', maps());
    const whole = await files();
    const again = await open('coco', {}, true);
    expect(again.count).toBe(3);
    await again.end();
    expect(await files()).toEqual(whole);
  });

  it('is not continued by another network, and replaces its own files alone', async () => {
    await write('masks', maps());
    await writeFile(at('out', 'note.txt'), 'mine');
    await expect(open('masks', { model: 'other' }, true)).rejects.toMatchObject({
      code: 'target-taken',
    });
    // A name that other formats use.
    await writeFile(at('out', 'annotations.json'), 'mine');
    await (await open('masks', { model: 'other' })).end();
    expect(Object.keys(await files()).map((one) => path.relative(at('out'), one))).toEqual([
      'annotations.json',
      'classes.json',
      'images.jsonl',
      'note.txt',
    ]);
  });

  it('is not continued in another precision', async () => {
    await (await open('masks', { precision: 'bfloat16' })).end();
    await (await open('masks', { precision: 'bfloat16' }, true)).end();
    await expect(open('masks', {}, true)).rejects.toMatchObject({
      code: 'target-taken',
      message: expect.stringContaining('of another network, format, precision'),
    });
  });

  it('keeps predictions in another format', async () => {
    await write('coco', maps());
    const whole = await files();
    await expect(open('overlay')).rejects.toMatchObject({
      code: 'target-taken',
      message: expect.stringContaining('predictions in the format coco'),
    });
    expect(await files()).toEqual(whole);
  });

  it.each([
    ['labelme', 'deep/a.json'],
    ['coco', 'annotations.json'],
  ] as const)('keeps what a person has changed since: %s', async (format, name) => {
    await write(format, objects());
    await write(format, objects());
    await writeFile(at('out', name), 'corrected');
    const later = new Date(Date.now() + 10_000);
    await utimes(at('out', name), later, later);
    const whole = await files();
    await expect(open(format, { kind: 'objects' })).rejects.toMatchObject({
      code: 'target-taken',
      details: { path: at('out', name) },
    });
    expect(await files()).toEqual(whole);
  });

  it('refuses a folder with other files', async () => {
    await writeFiles(at('out'), { 'photo.txt': 'x' });
    await expect(open('masks')).rejects.toMatchObject({ code: 'target-taken' });
  });

  it('keeps images of one name apart', async () => {
    await writeFiles(at('photos'), { 'a.png': await photo(120, 60, { format: 'png' }) });
    const two = { ...imageOf('a.jpg'), path: at('photos', 'a.png') };
    await write('masks', [discs(imageOf('a.jpg')), discs(two)]);
    const list = [];
    for await (const { file } of readList(at('out'))) list.push(file);
    expect(list).toEqual(['masks/a.png', 'masks/a.png.png']);
  });
});
