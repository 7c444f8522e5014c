import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectFormat } from '../../contract/dense-labels.ts';
import { isStudioError, StudioError } from '../../contract/errors.ts';
import { RandomStream } from '../../random/philox.ts';
import { ProblemLog } from '../annotations/dense-problems.ts';
import { ImageFinder } from '../annotations/image-finder.ts';
import type { SourceFiles } from '../annotations/source-files.ts';
import { FactList } from '../scan/fact-list.ts';
import { PathIds } from '../sources/path-ids.ts';
import { readColourTable } from './masks/colour-table.ts';
import { readObjectDraft } from './read-objects.ts';
import { settleDraft } from './settle-draft.ts';

/** Mutated files of each of seven kinds; set HOSTILE_FILES for more, and for counts of what they gave. */
const ASKED = process.env['HOSTILE_FILES'];
const FILES = Number(ASKED ?? 300);

const SEEDS: Readonly<Record<string, { format: ObjectFormat; name: string; text: string }>> = {
  coco: {
    format: 'coco',
    name: 'labels.json',
    text: JSON.stringify(
      {
        info: { year: 2017, note: 'a "quoted" text \\ with é' },
        images: [
          { id: 1, file_name: 'a.jpg', width: 64, height: 48 },
          { id: 2, file_name: 'sub/b.jpg', width: 64, height: 48 },
        ],
        annotations: [
          {
            id: 1,
            image_id: 1,
            category_id: 1,
            bbox: [1, 2, 10, 5],
            area: 50,
            iscrowd: 0,
            segmentation: [[1, 2, 11, 2, 11, 7]],
          },
          {
            id: 2,
            image_id: 1,
            category_id: 2,
            bbox: [0, 0, 2, 3],
            iscrowd: 1,
            segmentation: { size: [48, 64], counts: [0, 3, 45, 3, 3021] },
          },
          {
            id: 3,
            image_id: 2,
            category_id: 2,
            segmentation: { size: [48, 64], counts: '03]13Po2' },
            bbox: [0, 0, 4, 10],
          },
        ],
        categories: [
          { id: 1, name: 'cat' },
          { id: 2, name: 'dog' },
        ],
      },
      null,
      1,
    ),
  },
  yolo: {
    format: 'yolo',
    name: 'sub/b.txt',
    text: '0 0.5 0.5 0.25 0.25\n1 0.1 0.1 0.4 0.1 0.4 0.6\n\n0 0.9 0.9 0.5 0.5\n1 0.2 0.2 0.1 0.1\n',
  },
  'yolo configuration': {
    format: 'yolo',
    name: 'data.yaml',
    text: 'path: ../datasets/x\ntrain: images/train\nval: [sub, ../val/images]\ntest: # none\nnc: 2\nnames:\n  0: &a cat\n  1: dog\nextra: {a: [1, 2], b: *a}\n',
  },
  voc: {
    format: 'voc',
    name: 'a.xml',
    text: '<?xml version="1.0" encoding="utf-8"?>\n<annotation>\n<!-- note --><filename>a.jpg</filename><size><width>64</width><height>48</height><depth>3</depth></size>\n<object><name>cat &amp; dog</name><difficult>0</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>\n<object><name><![CDATA[dog]]></name><bndbox><xmin>5.5</xmin><ymin>2</ymin><xmax>70</xmax><ymax>40</ymax></bndbox></object>\n</annotation>\n',
  },
  cvat: {
    format: 'cvat',
    name: 'annotations.xml',
    text: '<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version><meta><task><labels><label><name>cat</name><color>#ff0000</color></label></labels></task></meta>\n<image id="0" name="a.jpg" width="64" height="48">\n<box label="cat" xtl="1" ytl="2" xbr="9" ybr="8" rotation="30"/>\n<polygon label="cat" points="1,1;9,1;9,9"/>\n<mask label="cat" rle="1, 2, 1" left="3" top="4" width="2" height="2"/>\n<ellipse label="cat" cx="20" cy="15" rx="5" ry="3"/>\n</image>\n<image id="1" name="sub/b.jpg" width="64" height="48"></image></annotations>\n',
  },
  labelme: {
    format: 'labelme',
    name: 'a.json',
    text: JSON.stringify(
      {
        version: '5.0',
        shapes: [
          {
            label: 'cat',
            points: [
              [1, 1],
              [11, 1],
              [11, 21],
            ],
            shape_type: 'polygon',
            group_id: null,
          },
          {
            label: 'dog',
            points: [
              [30, 20],
              [20, 10],
            ],
            shape_type: 'rectangle',
            group_id: 3,
          },
          {
            label: 'sun',
            points: [
              [40, 20],
              [50, 20],
            ],
            shape_type: 'circle',
            group_id: 3,
          },
        ],
        imagePath: 'a.jpg',
        imageData: null,
        imageWidth: 64,
        imageHeight: 48,
      },
      null,
      1,
    ),
  },
  csv: {
    format: 'csv',
    name: 'boxes.csv',
    text: 'filename,width,height,class,xmin,ymin,xmax,ymax,split\na.jpg,64,48,cat,1,2,11,12,train\n"sub/b.jpg",64,48,"dog, big",1,2,5,5,val\nsub/b.jpg,,,,,,,,\n# note\n',
  },
};

/** Pieces that are known to break readers. */
const PIECES = [
  ...[
    '"__proto__":{"polluted":1},',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    '1e999',
    '-1e999',
    'NaN',
    'Infinity',
    '-1',
    '0',
    '99999999999999999999',
    '1e-320',
    '2147483648',
    '0x10',
    '１',
  ],
  ...[
    '"',
    "'",
    '\\',
    '\\u0000',
    '\\ud800',
    '\0',
    '\n',
    '\r',
    '\u2028',
    '\uFEFF',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ';',
    '=',
  ],
  ...[
    '[[[[[[[[[['.repeat(20),
    '{"a":'.repeat(80),
    '<a>'.repeat(80),
    '- - - - - '.repeat(20),
    '&x; ',
    '&lt;',
    '&#x0;',
    '&#99999999;',
  ],
  ...[
    '<!DOCTYPE a [<!ENTITY x "xx">]>',
    '<!ENTITY x SYSTEM "file:///etc/passwd">',
    '<?xml version="1.0"?>',
    ']]>',
    '<![CDATA[',
    '<!--',
    '-->',
  ],
  ...[
    '../../../../etc/passwd',
    '/etc/passwd',
    'C:\\Windows\\win.ini',
    'file:///etc/passwd',
    '..',
    '.',
    'a.jpg/../../b.jpg',
  ],
  ...['null', 'true', '[]', '{}', '""', '!!js/function x', '*a', '&b', '<<: *a', '? ', '| ', '> '],
];

function mutate(text: string, random: RandomStream): Buffer {
  let bytes: Buffer = Buffer.from(text);
  const times = 1 + random.integer(4);
  for (let i = 0; i < times; i++) bytes = mutateOnce(bytes, random);
  return bytes;
}

function mutateOnce(bytes: Buffer, random: RandomStream): Buffer {
  const at = random.integer(bytes.length + 1);
  const to = Math.min(bytes.length, at + random.integer(1 + random.integer(40)));
  const [before, slice, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, to),
    bytes.subarray(to),
  ];
  switch (random.integer(8)) {
    case 0:
      return Buffer.concat([before, Buffer.from([random.integer(256)]), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, slice, slice, after]);
    case 3:
      return Buffer.from(before);
    case 4:
    case 5:
      return Buffer.concat([
        before,
        Buffer.from(PIECES[random.integer(PIECES.length)]!),
        bytes.subarray(at),
      ]);
    case 6:
      return Buffer.concat([before, Buffer.from(PIECES[random.integer(PIECES.length)]!), after]);
    default: {
      const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)];
      const number = numbers[random.integer(numbers.length || 1)];
      if (number === undefined) return bytes;
      const piece = PIECES[6 + random.integer(11)]!;
      return Buffer.concat([
        bytes.subarray(0, number.index),
        Buffer.from(piece),
        bytes.subarray(number.index + number[0].length),
      ]);
    }
  }
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-hostile-'));
  await mkdir(path.join(root, 'sub'));
  await writeFile(path.join(root, 'sub/b.txt'), SEEDS['yolo']!.text);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Images that are taken as there; files of labels are real. */
function sourceOf(name: string): SourceFiles {
  const at = (relative: string) => ({ path: path.join(root, relative), relative, named: true });
  const images = ['a.jpg', 'sub/b.jpg', 'images/train/c.jpg'].map(at);
  const labels = [...new Set([name, 'data.yaml', 'sub/b.txt'])].map(at);
  const finder = new ImageFinder(root, images);
  return { source: root, root, file: undefined, images, photos: images, labels, finder };
}

const FACTS = { bytes: 9, modifiedMs: 9, hash: 'x', format: 'jpeg', width: 64, height: 48 };

async function read(format: ObjectFormat, name: string) {
  const source = sourceOf(name);
  const log = new ProblemLog();
  const files = source.labels.filter(
    (file) => file.relative === (format === 'yolo' ? 'data.yaml' : name),
  );
  const draft = await readObjectDraft(format, source, files, log);
  const ids = new PathIds();
  for (const image of draft.images) ids.idOf(image.file.path);
  const facts = new FactList(ids.files.length);
  for (let i = 0; i < facts.length; i++) facts.set(i, FACTS);
  const examined = {
    ...{ files: ids.files, facts, factsOf: () => FACTS },
    find: (at: string) => ids.find(at),
  };
  const { images, classes } = settleDraft(draft, [], examined, {}, log);
  return { images, classes, problems: log.problems };
}

describe.each(Object.entries(SEEDS))('mutated files: %s', (kind, { format, name, text }) => {
  it('unchanged is read without problems', async () => {
    await writeFile(path.join(root, 'data.yaml'), SEEDS['yolo configuration']!.text);
    // The tests before leave a changed file behind.
    await writeFile(path.join(root, SEEDS['yolo']!.name), SEEDS['yolo']!.text);
    await writeFile(path.join(root, name), text);
    const { images } = await read(format, name);
    expect([...images].some(({ objects }) => (objects?.length ?? 0) > 0)).toBe(true);
  });

  it('give sound objects, named problems or a typed error with its place', async () => {
    let [refused, reported] = [0, 0];
    await writeFile(path.join(root, 'data.yaml'), SEEDS['yolo configuration']!.text);
    for (let i = 0; i < FILES; i++) {
      const random = new RandomStream(15, 'test', Object.keys(SEEDS).indexOf(kind), i);
      await writeFile(path.join(root, name), mutate(text, random));
      try {
        const { images, classes, problems } = await read(format, name);
        if (problems.length > 0) reported++;
        for (const image of images) {
          expect(image.path.startsWith(root + path.sep)).toBe(true);
          for (const { label, box } of image.objects ?? []) {
            expect(classes[label]).toBeDefined();
            const [left, top, width, height] = box;
            const isInside =
              left >= 0 && top >= 0 && left + width <= 64.001 && top + height <= 48.001;
            expect(isInside && width > 0 && height > 0, `${i}: ${box}`).toBe(true);
          }
        }
        for (const { code, items } of problems) {
          if (code === 'labels-unreadable' || code === 'record-invalid')
            expect(items.join()).toMatch(
              /, (line|shape|images|annotations|categories) |, (shapes|names)/,
            );
          expect(items.join()).not.toContain('root:x:0');
        }
      } catch (error) {
        if (!isStudioError(error, 'labels-invalid')) throw new Error(`file ${i}`, { cause: error });
        const { line, record } = error.details;
        expect(line !== undefined || record !== undefined, `${i}: ${error.message}`).toBe(true);
        expect(error.message).not.toContain('root:x:0');
        refused++;
      }
    }
    if (ASKED !== undefined)
      process.stdout.write(
        `${kind}: of ${FILES} files ${refused} refused, ${reported} read with problems, ${FILES - refused - reported} read without\n`,
      );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    // Readers that lose one image of many report it instead.
    if (['coco', 'cvat'].includes(kind)) expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(FILES);
  });
});

describe.each([
  ['class_dict.csv', 'name,r,g,b\nroad,128,64,128\n"car, big",1,2,3\n'],
  ['colours.json', '{"road": [128, 64, 128],\n"car": "#010203"}'],
  ['classes.json', '[{"id": 0, "name": "road"},\n{"id": 4, "name": "car", "color": [1, 2, 3]}]'],
  ['label_colors.txt', '128 64 128\tRoad\n1 2 3 Car\n'],
  ['labelmap.txt', '# label:color_rgb:parts:actions\nroad:128,64,128::\ncar:1,2,3::\n'],
])('mutated tables of classes: %s', (name, text) => {
  it('give classes or a typed error', async () => {
    const file = path.join(root, name);
    await writeFile(file, text);
    expect(await readColourTable(file)).toHaveLength(2);
    for (let i = 0; i < FILES / 3; i++) {
      await writeFile(file, mutate(text, new RandomStream(17, 'test', name.length, i)));
      try {
        for (const { id, name: of } of await readColourTable(file))
          expect(Number.isInteger(id) && of !== '').toBe(true);
      } catch (error) {
        if (!isStudioError(error, 'labels-invalid')) throw new Error(`file ${i}`, { cause: error });
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('files that are built to harm', () => {
  const refusal = async (format: ObjectFormat, name: string, content: string | Buffer) => {
    await writeFile(path.join(root, 'data.yaml'), SEEDS['yolo configuration']!.text);
    await writeFile(path.join(root, name), content);
    return read(format, name).then(
      ({ problems }) =>
        problems.map(({ message, items }) => `${message} ${items.join()}`).join('\n'),
      (error: unknown) => {
        if (error instanceof StudioError) return `${error.code}: ${error.message}`;
        throw error;
      },
    );
  };

  it.each<[string, ObjectFormat, string, () => string | Buffer, RegExp]>([
    [
      'JSON of a million brackets',
      'coco',
      'deep.json',
      () => `{"images":${'['.repeat(1e6)}`,
      /nested more than 64 deep/,
    ],
    [
      'a record without end',
      'coco',
      'long.json',
      () => Buffer.concat([Buffer.from('{"images":["'), Buffer.alloc(66 * 2 ** 20, 0x61)]),
      /longer than 64 MiB/,
    ],
    [
      'keys twice',
      'coco',
      'twice.json',
      () => '{"images":[],\n"images":[]}',
      /line 2, has the key images twice/,
    ],
    [
      'a list for an object',
      'coco',
      'list.json',
      () => '[{"image_id":1}]',
      /line 1, does not begin a JSON object/,
    ],
    [
      'run lengths of a huge image',
      'coco',
      'runs.json',
      () =>
        '{"images":[{"id":1,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"x"}],"annotations":[{"image_id":1,"category_id":1,"segmentation":{"size":[30000,60000],"counts":[1800000000]}}]}',
      /Run-length masks/,
    ],
    [
      'a billion laughs',
      'voc',
      'laughs.xml',
      () =>
        `<!DOCTYPE lolz [<!ENTITY a "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i} "${`&a${i};`.repeat(10)}">`).join('')}]><annotation>&a8;</annotation>`,
      /line 1, declares a document type/,
    ],
    [
      'an element of many others',
      'voc',
      'many.xml',
      () => `<annotation>${'<a/>'.repeat(1_000_001)}</annotation>`,
      /more than 1000000 elements/,
    ],
    [
      'a number of a million digits',
      'voc',
      'digits.xml',
      () =>
        `<annotation><filename>a.jpg</filename><object><name>x</name><bndbox><xmin>${'1'.repeat(1e6)}x</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>`,
      /numbers are no box/,
    ],
    [
      'YAML of a hundred thousand brackets',
      'yolo',
      'data.yaml',
      () => `names: ${'['.repeat(1e5)}`,
      /labels-invalid/,
    ],
    [
      'a path of a million folders',
      'csv',
      'path.csv',
      () => `filename,class,xmin,ymin,xmax,ymax\n/${'a/'.repeat(400_000)}a.jpg,x,1,1,2,2\n`,
      /not there: 1/,
    ],
    [
      'masks that cover an image a million times',
      'cvat',
      'masks.xml',
      () =>
        `<annotations><image name="a.jpg" width="64" height="48">${'<mask label="x" rle="0,3072" left="0" top="0" width="64" height="48"/>'.repeat(20_000)}</image></annotations>`,
      /Run-length masks/,
    ],
  ])('%s ends in a problem or error that names it', async (_, format, name, make, message) => {
    expect(await refusal(format, name, make())).toMatch(message);
  });
});
