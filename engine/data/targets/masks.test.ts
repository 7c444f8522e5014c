import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStudioError } from '../../contract/errors.ts';
import { RandomStream } from '../../random/philox.ts';
import { decodeMask } from '../pixels/mask-pixels.ts';
import { readDenseSet } from './dense-set.ts';
import type { DenseSet } from './dense-types.ts';
import { IGNORED } from './masks/mask-values.ts';
import { fromPalette } from './masks/voc-palette.ts';
import { readClassMap } from './read-class-map.ts';
import { colourMask, greyMask, paletteMask, photo, writeFiles } from './testing/write-set.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-masks-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const namesOf = (set: DenseSet) => set.classes.map(({ name }) => name);
const codesOf = (set: DenseSet) => set.problems.map(({ code, count }) => `${code} ${count}`).sort();
const mapOf = async (set: DenseSet, at = 0) => {
  const { classes } = await readClassMap(set, set.images.at(at)!);
  return [...classes].map((label) => (label === IGNORED ? -1 : label));
};

describe('pixels of masks', () => {
  it('are the indices of a palette, not its colours', () => {
    const palette = Array.from({ length: 256 }, (_, i) => [255 - i, (i * 7) % 256, 3]);
    const mask = decodeMask(Buffer.from(paletteMask(16, 16, (x, y) => y * 16 + x, palette)));
    expect([...mask.values]).toEqual(Array.from({ length: 256 }, (_, i) => i));
    expect(mask.palette!.slice(0, 2)).toEqual([0xff0003, 0xfe0703]);
  });

  it.each([1, 2, 4])(
    'are the indices of a palette of %i bits a pixel, in rows of odd length',
    async (bits) => {
      const [width, height, colours] = [13, 5, 2 ** bits];
      const indices = Uint8Array.from({ length: width * height }, (_, i) => (i * 5 + 1) % colours);
      const rowBytes = Math.ceil((width * bits) / 8);
      const rows = Buffer.alloc(height * (rowBytes + 1));
      for (const [i, index] of indices.entries()) {
        const [x, y] = [i % width, Math.floor(i / width)];
        const bit = x * bits;
        rows[y * (rowBytes + 1) + 1 + (bit >> 3)]! |= index << (8 - bits - (bit & 7));
      }
      const palette = Buffer.from(
        Array.from({ length: colours }, (_, i) => [i, 9, 200 - i]).flat(),
      );
      const mask = decodeMask(pngOf(width, height, bits, 3, deflateSync(rows), palette));
      expect([...mask.values]).toEqual([...indices]);
    },
  );

  it('are exact in 16 bits, also where sharp has written them interlaced', async () => {
    const values = Uint16Array.from({ length: 40 * 30 }, (_, i) => (i * 53) % 65_536);
    const plain = encode({ width: 40, height: 30, data: values, depth: 16, channels: 1 });
    expect([...decodeMask(Buffer.from(plain)).values]).toEqual([...values]);
    const bytes = Uint8Array.from(values, (value) => value % 251);
    const raw = { width: 40, height: 30, channels: 1 as const };
    const interlaced = await sharp(bytes, { raw })
      .toColourspace('b-w')
      .png({ progressive: true })
      .toBuffer();
    expect([...decodeMask(interlaced).values]).toEqual([...bytes]);
  });

  it('ignore gamma, profiles and texts, also those that are built to harm', () => {
    const rows = Buffer.from([0, 10, 20, 30]);
    const bomb = Buffer.concat([Buffer.from('p\0\0'), deflateSync(Buffer.alloc(50_000_000))]);
    const others = [chunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f])), chunk('iCCP', bomb)];
    const mask = decodeMask(pngOf(3, 1, 8, 0, deflateSync(rows), undefined, others));
    expect([...mask.values]).toEqual([10, 20, 30]);
  });

  it.each([
    ['another format', async () => photo(8, 8), 'image-unsupported', /JPEG/],
    [
      'a cut file',
      async () => Buffer.from(greyMask(40, 40, (x, y) => (x * y) % 7)).subarray(0, 60),
      'image-damaged',
      /ends before/,
    ],
    [
      'a wrong checksum',
      async () => {
        const png = Buffer.from(greyMask(8, 8, () => 3));
        png[png.length - 20]! ^= 1;
        return png;
      },
      'image-damaged',
      /.*/,
    ],
    [
      'a picture that inflates without end',
      async () => pngOf(8, 8, 8, 0, deflateSync(Buffer.alloc(50_000_000))),
      'image-damaged',
      /decompressed/,
    ],
    [
      'a picture that lacks rows',
      async () => pngOf(8, 8, 8, 0, deflateSync(Buffer.alloc(20))),
      'image-damaged',
      /missing/,
    ],
    [
      'more pixels than the limit',
      async () => pngOf(100_000, 100_000, 8, 0, deflateSync(Buffer.alloc(20))),
      'image-too-large',
      /limit.*; save smaller copies of the image and its mask/,
    ],
    [
      'an index beyond the palette',
      async () => pngOf(2, 1, 8, 3, deflateSync(Buffer.from([0, 0, 9])), Buffer.from([1, 2, 3])),
      'image-damaged',
      /.*/,
    ],
  ])('of %s are refused', async (_, make, code, message) => {
    const content = await make();
    expect(() => decodeMask(content)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('mutated masks', () => {
  it('give pixels or a typed error', () => {
    const palette = Array.from({ length: 16 }, (_, i) => [i, i, 200]);
    const sources = [
      greyMask(23, 17, (x, y) => (x * y) % 250),
      greyMask(23, 17, (x, y) => x * y * 90, 16),
      paletteMask(23, 17, (x, y) => (x + y) % 16, palette),
      colourMask(23, 17, (x, y) => [x, y, x * y]),
    ];
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const random = new RandomStream(16, 'test', i);
      let bytes: Buffer = Buffer.from(sources[i % sources.length]!);
      for (let times = random.integer(3); times >= 0; times--) {
        const at = random.integer(bytes.length);
        if (random.uniform() < 0.6) bytes[at] = random.integer(256);
        else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.integer(9))]);
        if (bytes.length === 0) break;
      }
      try {
        const { width, height, values } = decodeMask(bytes);
        expect(values).toHaveLength(width * height);
      } catch (error) {
        if (!isStudioError(error, 'image-damaged', 'image-unsupported', 'image-too-large'))
          throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('masks in folders', () => {
  it('are matched by stem, with 255 ignored and zero as background', async () => {
    await writeFiles(root, {
      'train/images/a.jpg': await photo(4, 2),
      'train/masks/a.png': greyMask(4, 2, (x) => [0, 3, 7, 255][x]!),
      'val/images/b.jpg': await photo(4, 2),
      'val/masks/b_mask.png': greyMask(4, 2, () => 3, 16),
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('masks');
    expect(set.classes).toEqual([
      { id: 0, name: 'background' },
      { id: 3, name: '3' },
      { id: 7, name: '7' },
    ]);
    expect(await mapOf(set)).toEqual([0, 1, 2, -1, 0, 1, 2, -1]);
    expect([...set.images].map(({ split }) => split)).toEqual(['train', 'val']);
    expect(set.counts).toEqual([2, 10, 2]);
    expect(set.imagesOf).toEqual([1, 2, 1]);
    const nothing = await readDenseSet(root, { zero: 'nothing', ignore: [7] });
    expect(namesOf(nothing)).toEqual(['3', '255']);
    expect(await mapOf(nothing)).toEqual([-1, 0, -1, 1, -1, 0, -1, 1]);
  });

  it.each([
    ['side by side', 'a.jpg', 'a_mask.png'],
    ['in two folders of any names', 'x/a.jpg', 'y/a.png'],
    ['in folders of one name with an end', 'train/0/a.jpg', 'train_labels/0/a.png'],
  ])('are matched %s', async (_, image, mask) => {
    await writeFiles(root, { [image]: await photo(2, 2), [mask]: greyMask(2, 2, (x) => x) });
    const isFolders = image.startsWith('x/');
    const set = isFolders
      ? await readDenseSet(path.join(root, 'x'), { masks: path.join(root, 'y') })
      : await readDenseSet(root);
    expect(await mapOf(set)).toEqual([0, 1, 0, 1]);
  });

  it('of 0 and 255 alone have 255 as a class, and say so', async () => {
    await writeFiles(root, {
      'images/a.jpg': await photo(2, 1),
      'masks/a.png': greyMask(2, 1, (x) => 255 * x),
    });
    const set = await readDenseSet(root);
    expect(namesOf(set)).toEqual(['background', 'foreground']);
    expect(await mapOf(set)).toEqual([0, 1]);
    expect(codesOf(set)).toContain('masks-binary 1');
    const ignoring = await readDenseSet(root, { ignore: [255] });
    expect(await mapOf(ignoring)).toEqual([0, -1]);
  });

  it('in colours are read by a table beside them, palettes and greys too', async () => {
    await writeFiles(root, {
      'images/a.jpg': await photo(3, 1),
      'images/b.jpg': await photo(3, 1),
      'masks/a.png': colourMask(
        3,
        1,
        (x) =>
          (
            [
              [128, 64, 128],
              [0, 0, 0],
              [9, 9, 1],
            ] as const
          )[x]!,
      ),
      'masks/b.png': paletteMask(3, 1, (x) => x % 2, [
        [0, 0, 0],
        [128, 64, 128],
      ]),
      'class_dict.csv': 'name,r,g,b\nroad,128,64,128\ncar,1,2,3\nVoid,0,0,0\n',
    });
    const set = await readDenseSet(root);
    expect(set.classes).toEqual([
      { name: 'road', id: 0, colour: [128, 64, 128] },
      { name: 'car', id: 1, colour: [1, 2, 3] },
    ]);
    expect(await mapOf(set)).toEqual([0, -1, -1]);
    expect(await mapOf(set, 1)).toEqual([-1, 0, -1]);
    const strange = set.problems.find(({ code }) => code === 'mask-value-unlisted')!;
    expect(strange.items).toEqual([expect.stringContaining('a.png: (9, 9, 1)')]);
  });

  it('with palettes are read by the colours of the table, whatever their numbers are', async () => {
    const table = 'name,r,g,b\nground,1,1,1\nroad,128,64,128\n';
    const palette = [
      [128, 64, 128],
      [1, 1, 1],
      [7, 7, 7],
    ];
    await writeFiles(root, {
      'images/a.jpg': await photo(2, 1),
      'masks/a.png': paletteMask(2, 1, (x) => x, palette),
      'class_dict.csv': table,
    });
    expect(await mapOf(await readDenseSet(root))).toEqual([1, 0]);
    // A colour that the table lacks, as that of the border in Pascal VOC: the numbers count.
    await writeFiles(root, { 'masks/a.png': paletteMask(2, 1, (x) => 1 + x, palette) });
    expect(await mapOf(await readDenseSet(root))).toEqual([1, -1]);
  });

  it('in colours without a table are an error that names the next step', async () => {
    await writeFiles(root, {
      'images/a.jpg': await photo(2, 1),
      'masks/a.png': colourMask(2, 1, (x) => [x, 9, 9]),
    });
    await expect(readDenseSet(root)).rejects.toMatchObject({
      code: 'labels-invalid',
      message: expect.stringContaining('class_dict.csv'),
    });
  });

  it('with a table that is no JSON are an error that names the line', async () => {
    await writeFiles(root, {
      'images/a.jpg': await photo(2, 1),
      'masks/a.png': greyMask(2, 1, (x) => x),
      'classes.json': '[{"name": "road"},\n{"name": car}]',
    });
    await expect(readDenseSet(root)).rejects.toMatchObject({
      code: 'labels-invalid',
      details: { line: 2 },
    });
  });

  it('with their oddities are named', async () => {
    const sound = Object.fromEntries(
      await Promise.all(
        Array.from({ length: 40 }, async (_, i) => [`images/${i}.jpg`, await photo(4, 2)] as const),
      ),
    );
    const masks = Object.fromEntries(
      Object.keys(sound).map((name) => [
        name.replace('images', 'masks').replace('jpg', 'png'),
        greyMask(4, 2, (x) => x % 2),
      ]),
    );
    await writeFiles(root, {
      ...sound,
      ...masks,
      'images/size.jpg': await photo(4, 2),
      'masks/size.png': greyMask(5, 2, () => 1),
      'images/lossy.jpg': await photo(4, 2),
      'masks/lossy.jpg': await photo(4, 2),
      'images/bare.jpg': await photo(4, 2),
      'masks/lonely.png': greyMask(4, 2, () => 1),
      'images/twice.jpg': await photo(4, 2),
      'images/twice.png': await photo(4, 2, { format: 'png' }),
      'masks/twice.png': greyMask(4, 2, () => 1),
      'images/void.jpg': await photo(4, 2),
      'masks/void.png': greyMask(4, 2, () => 255),
      'classes.txt': 'ground\nwater\n',
      'images/strange.jpg': await photo(4, 2),
      'masks/strange.png': greyMask(4, 2, (x) => x),
    });
    const set = await readDenseSet(root);
    expect(namesOf(set)).toEqual(['ground', 'water']);
    for (const code of [
      'mask-size-differs',
      'mask-unreadable',
      'image-without-labels',
      'labels-without-image',
      'duplicate-file-name',
      'mask-without-class',
      'mask-value-unlisted',
    ])
      expect(codesOf(set)).toContain(`${code} 1`);
    expect(set.images).toHaveLength(42);
    const kept = await readDenseSet(root, { negatives: true });
    const bare = [...kept.images].findIndex((image) => image.path.endsWith('bare.jpg'));
    expect(await mapOf(kept, bare)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('of the stored image are turned as its tag says', async () => {
    await writeFiles(root, {
      'images/a.jpg': await photo(3, 2, { orientation: 6 }),
      'masks/a.png': greyMask(3, 2, (x, y) => y * 3 + x),
      'images/b.jpg': await photo(3, 2, { orientation: 6 }),
      'masks/b.png': greyMask(2, 3, (x, y) => y * 2 + x),
      'images/c.jpg': await photo(3, 2, { orientation: 3 }),
      'masks/c.png': greyMask(3, 2, (x, y) => y * 3 + x),
    });
    const set = await readDenseSet(root);
    expect([set.images.at(0)!.width, set.images.at(0)!.height]).toEqual([2, 3]);
    expect(await mapOf(set, 0)).toEqual([3, 0, 4, 1, 5, 2]);
    expect(await mapOf(set, 1)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await mapOf(set, 2)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(codesOf(set)).toEqual(
      expect.arrayContaining(['labels-turned 1', 'orientation-untold 1']),
    );
  });
});

describe('published layouts', () => {
  it('of ADE20K have zero as nothing and names of objectInfo150.txt', async () => {
    await writeFiles(root, {
      'images/training/1.jpg': await photo(3, 1),
      'annotations/training/1.png': greyMask(3, 1, (x) => [0, 1, 150][x]!),
      'images/validation/2.jpg': await photo(3, 1),
      'annotations/validation/2.png': greyMask(3, 1, () => 2),
      'objectInfo150.txt':
        'Idx\tRatio\tTrain\tVal\tName\n1\t0.1\t1\t1\twall\n2\t0.1\t1\t1\tbuilding, edifice\n',
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('ade20k');
    expect(namesOf(set).slice(0, 3)).toEqual(['wall', 'building', '3']);
    expect(await mapOf(set)).toEqual([-1, 0, 149]);
    expect([...set.images].map(({ split }) => split)).toEqual(['train', 'val']);
  });

  it('of Pascal VOC have 21 classes, palettes and lists of splits', async () => {
    const palette = Array.from({ length: 256 }, (_, i) => [...fromPalette(i)]);
    expect(fromPalette(1)).toEqual([128, 0, 0]);
    expect(fromPalette(20)).toEqual([0, 64, 128]);
    await writeFiles(root, {
      'VOC2012/JPEGImages/a.jpg': await photo(3, 1),
      'VOC2012/JPEGImages/boxes-only.jpg': await photo(3, 1),
      'VOC2012/SegmentationClass/a.png': paletteMask(3, 1, (x) => [0, 20, 255][x]!, palette),
      'VOC2012/SegmentationObject/a.png': paletteMask(3, 1, (x) => x, palette),
      'VOC2012/ImageSets/Segmentation/val.txt': 'a\n',
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('voc-masks');
    expect(set.classes).toHaveLength(21);
    expect(await mapOf(set)).toEqual([0, 20, -1]);
    expect([...set.images].map(({ split }) => split)).toEqual(['val']);
  });

  it('of CVAT have the classes of labelmap.txt', async () => {
    await writeFiles(root, {
      'JPEGImages/a.jpg': await photo(3, 1),
      'SegmentationClass/a.png': colourMask(
        3,
        1,
        (x) =>
          (
            [
              [0, 0, 0],
              [250, 50, 83],
              [0, 0, 0],
            ] as const
          )[x]!,
      ),
      'labelmap.txt': '# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:250,50,83::\n',
    });
    const set = await readDenseSet(root);
    expect(namesOf(set)).toEqual(['background', 'cat']);
    expect(await mapOf(set)).toEqual([0, 1, 0]);
  });

  it.each([
    ['labelIds', (x: number) => [7, 0, 33][x]!],
    ['labelTrainIds', (x: number) => [0, 255, 18][x]!],
  ])('of Cityscapes have 19 classes, by %s', async (kind, valueAt) => {
    await writeFiles(root, {
      'leftImg8bit/train/aachen/a_1_leftImg8bit.png': await photo(3, 1, { format: 'png' }),
      [`gtFine/train/aachen/a_1_gtFine_${kind}.png`]: greyMask(3, 1, valueAt),
      'gtFine/train/aachen/a_1_gtFine_instanceIds.png': greyMask(3, 1, () => 26_000, 16),
      'gtFine/train/aachen/a_1_gtFine_color.png': colourMask(3, 1, () => [1, 2, 3]),
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('cityscapes');
    expect(set.classes).toHaveLength(19);
    expect(await mapOf(set)).toEqual([0, -1, 18]);
    expect(set.images.at(0)!.split).toBe('train');
    expect(codesOf(set)).not.toContain('mask-value-unlisted 1');
  });

  it('of CamVid have its colours', async () => {
    await writeFiles(root, {
      '701_StillsRaw_full/a.png': await photo(3, 1, { format: 'png' }),
      'LabeledApproved_full/a_L.png': colourMask(
        3,
        1,
        (x) =>
          (
            [
              [128, 64, 128],
              [0, 0, 0],
              [64, 0, 128],
            ] as const
          )[x]!,
      ),
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('camvid');
    expect(set.classes).toHaveLength(31);
    const [road, , car] = await mapOf(set);
    expect([namesOf(set)[road!], namesOf(set)[car!]]).toEqual(['Road', 'Car']);
  });
});

/** A PNG file of these compressed rows. */
function pngOf(
  width: number,
  height: number,
  depth: number,
  kind: number,
  data: Buffer,
  palette?: Buffer,
  others: readonly Buffer[] = [],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, kind, 0, 0, 0], 8);
  const chunks = [
    chunk('IHDR', header),
    ...others,
    ...(palette === undefined ? [] : [chunk('PLTE', palette)]),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('classes of a training set', () => {
  const threeClasses = async () =>
    writeFiles(root, {
      'images/a.jpg': await photo(4, 2),
      'masks/a.png': greyMask(4, 2, (x) => [0, 2, 2, 5][x]!),
    });

  it('keep their numbers where some do not occur', async () => {
    await threeClasses();
    const set = await readDenseSet(root, { classes: ['background', '1', '2', '5'] });
    expect(namesOf(set)).toEqual(['background', '1', '2', '5']);
    expect(await mapOf(set)).toEqual([0, 2, 2, 3, 0, 2, 2, 3]);
    expect(set.images.at(0)!.mask!.pixels).toEqual([2, 0, 4, 2]);
  });

  it('are all there, else the others are named', async () => {
    await threeClasses();
    await expect(readDenseSet(root, { classes: ['background', '2'] })).rejects.toMatchObject({
      code: 'unknown-classes',
      advice: expect.stringContaining('--classes FILE'),
      details: { unknown: ['5'] },
    });
    // A listed class that no pixel has is no trouble.
    await writeFiles(root, { 'classes.txt': 'ground\na\nwater\nb\nc\ntree\n' });
    const set = await readDenseSet(root, { classes: ['water', 'ground', 'tree'] });
    expect(await mapOf(set)).toEqual([1, 0, 0, 2, 1, 0, 0, 2]);
  });
});

describe('facts of masks', () => {
  it('are remembered until the file changes', async () => {
    const indexFile = path.join(root, 'memory', 'labelled-1.index');
    const data = path.join(root, 'data');
    await writeFiles(data, {
      'images/a.jpg': await photo(4, 2),
      'masks/a.png': greyMask(4, 2, (x) => x % 2),
    });
    const mask = path.join(data, 'masks', 'a.png');
    const time = new Date(2026, 0, 1);
    await utimes(mask, time, time);
    const first = await readDenseSet(data, { indexFile });
    const { size } = await stat(mask);
    // Of the same size and time, so it counts as the same file.
    await writeFile(mask, Buffer.alloc(size));
    await utimes(mask, time, time);
    const again = await readDenseSet(data, { indexFile });
    expect(again).toEqual(first);
    await writeFile(
      mask,
      greyMask(4, 2, () => 1),
    );
    expect((await readDenseSet(data, { indexFile })).counts).toEqual([8]);
  });

  it('are the same as of masks that are read, for palettes, colours and greys', async () => {
    const palette = Array.from({ length: 256 }, (_, i) => [i, 0, 255 - i]);
    await writeFiles(path.join(root, 'data'), {
      'images/a.jpg': await photo(4, 2),
      'images/b.jpg': await photo(4, 2),
      'images/c.jpg': await photo(4, 2),
      'masks/a.png': paletteMask(4, 2, (x) => x % 2, palette),
      'masks/b.png': colourMask(4, 2, (x) => [x % 2, 0, 255 - (x % 2)]),
      'masks/c.png': greyMask(4, 2, () => 0),
      'class_dict.csv': 'name,r,g,b\none,0,0,255\ntwo,1,0,254\nthree,0,0,0\n',
    });
    const indexFile = path.join(root, 'labelled-2.index');
    const read = await readDenseSet(path.join(root, 'data'), { indexFile });
    expect(read.counts).toEqual([8, 8, 8]);
    expect(await readDenseSet(path.join(root, 'data'), { indexFile })).toEqual(read);
  });
});
