import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDenseSet } from './dense-set.ts';
import type { DenseSet } from './dense-types.ts';
import { photo, writeFiles } from './testing/write-set.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-dense-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** The objects of an image by its name: class, box, number of outlines. */
function objectsOf(set: DenseSet, name: string) {
  const image = [...set.images].find((one) => path.basename(one.path) === name);
  return image?.objects?.map(({ label, box, mask, crowd }) => ({
    name: set.classes[label]!.name,
    box: [...box],
    parts: mask === undefined ? 0 : 'runs' in mask ? 'runs' : mask.polygons.length,
    crowd,
  }));
}

const namesOf = (set: DenseSet) => set.classes.map(({ name }) => name);
const codesOf = (set: DenseSet) => set.problems.map(({ code, count }) => `${code} ${count}`).sort();

describe('COCO', () => {
  const categories = [
    { id: 3, name: 'dog' },
    { id: 1, name: 'cat' },
  ];

  it('is read with boxes, outlines, both kinds of run lengths and crowds', async () => {
    await writeFiles(root, {
      'images/a.jpg': await photo(40, 30),
      'images/b.jpg': await photo(20, 10),
      'annotations/instances_train2017.json': {
        annotations: [
          {
            id: 1,
            image_id: 7,
            category_id: 1,
            bbox: [1, 2, 10, 5],
            area: 50,
            iscrowd: 0,
            segmentation: [[1, 2, 11, 2, 11, 7, 1, 7]],
          },
          {
            id: 2,
            image_id: 7,
            category_id: 3,
            bbox: [0, 0, 2, 3],
            iscrowd: 1,
            segmentation: { size: [30, 40], counts: [0, 3, 27, 3, 1167] },
          },
          {
            id: 3,
            image_id: 8,
            category_id: 3,
            segmentation: { size: [10, 20], counts: '0:0:0:0:n4' },
            bbox: [0, 0, 4, 10],
          },
        ],
        images: [
          { id: 7, file_name: 'a.jpg', width: 40, height: 30 },
          { id: 8, file_name: 'b.jpg', width: 20, height: 10 },
        ],
        categories,
      },
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('coco');
    expect(set.classes).toEqual([
      { name: 'cat', id: 1 },
      { name: 'dog', id: 3 },
    ]);
    expect(objectsOf(set, 'a.jpg')).toEqual([
      { name: 'cat', box: [1, 2, 10, 5], parts: 1, crowd: false },
      { name: 'dog', box: [0, 0, 2, 3], parts: 'runs', crowd: true },
    ]);
    expect([...set.images].map(({ split }) => split)).toEqual(['train', 'train']);
    expect(set.images.at(0)!.objects!.map(({ area }) => area)).toEqual([50, undefined]);
    expect(set.counts).toEqual([1, 2]);
    expect(set.imagesOf).toEqual([1, 2]);
  });

  it('in a file for each split has the categories of both', async () => {
    await writeFiles(root, {
      'train/_annotations.coco.json': {
        images: [{ id: 0, file_name: 'x.jpg' }],
        annotations: [{ id: 0, image_id: 0, category_id: 1, bbox: [0, 0, 5, 5] }],
        categories: [{ id: 1, name: 'cat' }],
      },
      'valid/_annotations.coco.json': {
        images: [{ id: 0, file_name: 'x.jpg' }],
        annotations: [{ id: 0, image_id: 0, category_id: 1, bbox: [0, 0, 6, 6] }],
        categories: [{ id: 1, name: 'dog' }],
      },
      'train/x.jpg': await photo(10, 10),
      'valid/x.jpg': await photo(10, 10),
    });
    const set = await readDenseSet(root);
    expect(namesOf(set)).toEqual(['cat', 'dog']);
    expect([...set.images].map(({ split, objects }) => [split, objects![0]!.label])).toEqual([
      ['train', 0],
      ['val', 1],
    ]);
  });

  it('names every oddity with its line and record', async () => {
    const lines = [
      '{"images":[{"id":1,"file_name":"a.jpg","width":40,"height":30},',
      '{"id":2,"file_name":"gone.jpg"},',
      '{"id":3,"file_name":"../../etc/secret.jpg"},',
      '{"file_name":"x"},',
      ...Array.from({ length: 30 }, (_, i) => `{"id":${100 + i},"file_name":"more-${i}.jpg"},`),
      '{"id":4,"file_name":"a.jpg"}],',
      '"categories":[{"id":1,"name":"cat"},{"id":1,"name":"again"}],',
      '"annotations":[{"image_id":1,"category_id":1,"bbox":[1,1,5,5]},',
      '{"image_id":1,"category_id":1,"bbox":[1,1,5,5]},',
      '{"image_id":1,"category_id":9,"bbox":[1,1,5,5]},',
      '{"image_id":1,"category_id":1,"bbox":[30,20,20,20]},',
      '{"image_id":1,"category_id":1,"bbox":[50,20,20,20]},',
      '{"image_id":1,"category_id":1,"bbox":[5,5,0,4]},',
      '{"image_id":1,"category_id":1,"bbox":[5,5,0.5,4]},',
      '{"image_id":1,"category_id":1,"bbox":[5,"5",4]},',
      '{"image_id":1,"category_id":1,"bbox":[6,6,4,4],"segmentation":[[1,2,3,4]]},',
      '{"image_id":1,"category_id":1,"bbox":[7,6,4,4],"segmentation":{"size":[30,40],"counts":"!"}},',
      '{"image_id":55,"category_id":1,"bbox":[6,6,4,4]},',
      '"nonsense"]}',
    ];
    const photos = Object.fromEntries(
      await Promise.all(
        Array.from({ length: 30 }, async (_, i) => [`more-${i}.jpg`, await photo(8, 8)]),
      ),
    );
    await writeFiles(root, {
      ...photos,
      'a.jpg': await photo(40, 30),
      'b.jpg': await photo(8, 8),
      'labels.json': lines.join('\n'),
    });
    const set = await readDenseSet(root, { maxUnusableFraction: 0.2 });
    expect(codesOf(set)).toEqual(
      [
        'missing-file 1',
        'path-outside 1',
        'file-listed-twice 1',
        'image-without-labels 1',
        'image-without-objects 30',
        'labels-without-image 1',
        'record-invalid 2',
        'class-unlisted 1',
        'class-repeated 1',
        'box-invalid 1',
        'box-empty 1',
        'box-tiny 1',
        'box-outside 1',
        'box-beyond 1',
        'polygon-broken 1',
        'run-lengths-broken 1',
        'object-doubled 1',
      ].sort(),
    );
    const item = (code: string) => set.problems.find((one) => one.code === code)!.items[0];
    expect(item('polygon-broken')).toContain('line 45, annotations 9');
    expect(item('box-invalid')).toContain('line 44, annotations 8');
    expect(item('box-outside')).toContain('annotations 4');
    expect(objectsOf(set, 'a.jpg')!.map(({ box }) => box)).toEqual([
      [1, 1, 5, 5],
      [30, 20, 10, 10],
      [5, 5, 0.5, 4],
      [6, 6, 4, 4],
      [7, 6, 4, 4],
    ]);
  });

  it('that is cut is an error with its line', async () => {
    await writeFiles(root, {
      'a.jpg': await photo(8, 8),
      'labels.json': '{"images":[\n{"id":1,"file_name":"a.jpg"},\n{"id":',
    });
    await expect(readDenseSet(root)).rejects.toMatchObject({
      code: 'labels-invalid',
      details: { line: 3, path: path.join(root, 'labels.json') },
    });
  });
});

describe('YOLO', () => {
  const config =
    'path: ../datasets/pets\ntrain: images/train\nval: ../pets/images/val\nnames:\n  0: cat\n  1: dog\n';

  it('is read with boxes and outlines, by the folders of data.yaml', async () => {
    await writeFiles(root, {
      'data.yaml': config,
      'images/train/a.jpg': await photo(40, 20),
      'images/train/none.jpg': await photo(40, 20),
      'images/train/bare.jpg': await photo(40, 20),
      'images/val/b.jpg': await photo(10, 10),
      'labels/train/a.txt': '0 0.5 0.5 0.5 0.5\n\n1 0.1 0.1 0.4 0.1 0.4 0.6\n',
      'labels/train/none.txt': '',
      'labels/val/b.txt': '1 0.5 0.5 1 1',
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('yolo');
    expect(namesOf(set)).toEqual(['cat', 'dog']);
    expect(objectsOf(set, 'a.jpg')).toEqual([
      { name: 'cat', box: [10, 5, 20, 10], parts: 0, crowd: false },
      { name: 'dog', box: [4, 2, 12, 10], parts: 1, crowd: false },
    ]);
    expect([...set.images].map(({ split }) => split)).toEqual(['train', 'train', 'val']);
    expect(codesOf(set)).toContain('image-without-labels 1');
    expect(codesOf(set)).toContain('image-without-objects 1');
    const kept = await readDenseSet(root, { negatives: true });
    expect(objectsOf(kept, 'bare.jpg')).toEqual([]);
    expect(codesOf(kept)).toContain('image-kept-as-negative 1');
  });

  it('without data.yaml has the classes of classes.txt, or the numbers that occur', async () => {
    await writeFiles(root, {
      'a.jpg': await photo(10, 10),
      'a.txt': '4 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.4 0.4',
    });
    expect(namesOf(await readDenseSet(root))).toEqual(['2', '4']);
    await writeFiles(root, { 'classes.txt': 'a\nb\nc\nd\ne\n' });
    const set = await readDenseSet(root);
    expect(objectsOf(set, 'a.jpg')!.map(({ name }) => name)).toEqual(['e', 'c']);
  });

  it('names lines that are no objects', async () => {
    const rows = [
      '0 0.5 0.5 0.2 0.2',
      '0 0.5 0.5 0.2',
      '0 12 40 5 5',
      '0.5 0.5 0.5 0.2 0.2',
      '0 0.5 0.5 0.2 0.2 0.9',
      '7 0.5 0.5 0.2 0.2',
      '0 nan 0.5 0.2 0.2',
    ];
    await writeFiles(root, {
      'data.yaml': 'names: [cat]',
      'a.jpg': await photo(10, 10),
      'a.txt': rows.join('\n'),
    });
    const set = await readDenseSet(root);
    const invalid = set.problems.find(({ code }) => code === 'record-invalid')!;
    expect(invalid.items.map((item) => /line (\d)/.exec(item)![1])).toEqual([
      '2',
      '3',
      '4',
      '5',
      '7',
    ]);
    expect(set.problems.find(({ code }) => code === 'class-unlisted')!.items[0]).toContain(
      'line 6',
    );
    expect(objectsOf(set, 'a.jpg')).toHaveLength(1);
  });

  it('takes the box alone where rows have key points', async () => {
    await writeFiles(root, {
      'data.yaml': 'names: [cat]\nkpt_shape: [1, 3]',
      'a.jpg': await photo(10, 10),
      'a.txt': '0 0.5 0.5 0.2 0.2 0.1 0.1 2',
    });
    expect(objectsOf(await readDenseSet(root), 'a.jpg')![0]!.parts).toBe(0);
  });

  it.each([
    ['names: &a [x, *a]', undefined],
    [
      'a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nnames: *d',
      undefined,
    ],
    ['names: [cat\nnc: 1', 2],
    ['names: 5', undefined],
    ['names:\n  __proto__: x', undefined],
  ])('with a configuration that is built to harm is refused: %s', async (text, line) => {
    await writeFiles(root, {
      'a.jpg': await photo(10, 10),
      'a.txt': '0 0.5 0.5 0.2 0.2',
      'data.yaml': text,
    });
    const read = readDenseSet(path.join(root, 'data.yaml'), { format: 'yolo' });
    await expect(read).rejects.toMatchObject({
      code: expect.stringMatching(/^labels-(invalid|unknown)$/),
    });
    if (line !== undefined) await expect(read).rejects.toHaveProperty('code');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('Pascal VOC', () => {
  const xml = (name: string, objects: string, size = '') =>
    `<?xml version="1.0"?>\n<annotation>\n<filename>${name}</filename>${size}\n${objects}\n</annotation>`;
  const object = (name: string, box: readonly number[], more = '') =>
    `<object><name>${name}</name>${more}<bndbox><xmin>${box[0]}</xmin><ymin>${box[1]}</ymin><xmax>${box[2]}</xmax><ymax>${box[3]}</ymax></bndbox></object>`;

  it('is read with pixels from 1, difficult objects and splits', async () => {
    await writeFiles(root, {
      'JPEGImages/1.jpg': await photo(40, 30),
      'JPEGImages/2.jpg': await photo(40, 30),
      'Annotations/1.xml': xml(
        '1.jpg',
        object(
          'dog',
          [1, 1, 40, 30],
          '<difficult>1</difficult><part><name>head</name><bndbox><xmin>3</xmin></bndbox></part>',
        ),
      ),
      'Annotations/2.xml': xml('renamed.jpg', object('cat', [3, 4, 6, 8])),
      'ImageSets/Main/train.txt': '1\n',
      'ImageSets/Main/val.txt': '2\n',
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('voc');
    expect(objectsOf(set, '1.jpg')).toEqual([
      { name: 'dog', box: [0, 0, 40, 30], parts: 0, crowd: true },
    ]);
    expect(objectsOf(set, '2.jpg')).toEqual([
      { name: 'cat', box: [2, 3, 4, 5], parts: 0, crowd: false },
    ]);
    expect([...set.images].map(({ split }) => split)).toEqual(['train', 'val']);
  });

  it('has the splits of names in either Unicode form', async () => {
    const forms = ['NFC', 'NFD'] as const;
    for (const form of forms) {
      const name = `${form}-é`.normalize(form);
      await writeFiles(root, {
        [`JPEGImages/${name}.jpg`]: await photo(8, 8),
        [`Annotations/${name}.xml`]: xml(`${name}.jpg`, object('dog', [1, 1, 4, 4])),
      });
    }
    const listed = forms.map((form) => `${form}-é`);
    await writeFiles(root, { 'ImageSets/Main/val.txt': listed.join('\n') });
    const set = await readDenseSet(root);
    expect([...set.images].map(({ split }) => split)).toEqual(['val', 'val']);
  });

  it.each([
    [
      'entities',
      '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><annotation><filename>&b;</filename></annotation>',
    ],
    [
      'files',
      '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><annotation><filename>&a;</filename></annotation>',
    ],
    ['unknown entities', '<annotation><filename>&a;</filename></annotation>'],
    ['open elements', '<annotation><filename>1.jpg'],
    ['depth', '<annotation>'.repeat(100)],
  ])('with %s is left out, and named with its line', async (_, text) => {
    const good = Object.fromEntries(
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => [`${i}.jpg`, await photo(8, 8)] as const),
      ),
    );
    const labels = Object.fromEntries(
      Object.keys(good).map((name) => [
        name.replace('jpg', 'xml'),
        xml(name, object('cat', [1, 1, 4, 4])),
      ]),
    );
    await writeFiles(root, { ...good, ...labels, 'bad.jpg': await photo(8, 8), 'bad.xml': text });
    const set = await readDenseSet(root);
    expect(set.images).toHaveLength(20);
    const problem = set.problems.find(({ code }) => code === 'labels-unreadable')!;
    expect(problem.items).toHaveLength(1);
    expect(problem.items[0]).toMatch(/bad\.xml, line 1,/);
    expect(problem.items[0]).not.toContain('root:');
  });
});

describe('LabelMe', () => {
  it('names the option for images that lie apart, and the share that may be lost', async () => {
    const points = [1, 11, 21].map((x) => [x, x * x]);
    const file = (name: string) => ({ imagePath: name, shapes: [{ label: 'cat', points }] });
    await writeFiles(root, { 'labels/a.json': file('a.jpg'), 'labels/b.json': file('b.jpg') });
    await expect(readDenseSet(path.join(root, 'labels'))).rejects.toMatchObject({
      code: 'no-images',
      advice: expect.stringContaining('--images DIR'),
    });
    await writeFiles(root, { 'labels/a.jpg': await photo(30, 30) });
    await expect(readDenseSet(path.join(root, 'labels'))).rejects.toMatchObject({
      code: 'too-many-unusable-rows',
      message: expect.stringContaining('more than the 10 % that may be left out'),
    });
  });

  it('is read with polygons, rectangles, circles and groups', async () => {
    await writeFiles(root, {
      'a.jpg': await photo(60, 40),
      'a.json': {
        version: '5.0',
        imagePath: '..\\photos\\a.jpg',
        imageWidth: 60,
        imageHeight: 40,
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
          },
          {
            label: 'dog',
            points: [
              [0, 0],
              [4, 0],
              [4, 4],
            ],
            group_id: 1,
          },
          {
            label: 'dog',
            points: [
              [6, 0],
              [9, 0],
              [9, 9],
            ],
            group_id: 1,
          },
          {
            label: 'sun',
            points: [
              [40, 20],
              [50, 20],
            ],
            shape_type: 'circle',
          },
          { label: 'dog', points: [[1, 1]], shape_type: 'point' },
          {
            label: 'dog',
            points: [
              [1, 1],
              [2, 2],
            ],
            shape_type: 'polygon',
          },
        ],
      },
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('labelme');
    const objects = objectsOf(set, 'a.jpg')!;
    expect(objects.slice(0, 3)).toEqual([
      { name: 'cat', box: [1, 1, 10, 20], parts: 1, crowd: false },
      { name: 'dog', box: [20, 10, 10, 10], parts: 0, crowd: false },
      { name: 'dog', box: [0, 0, 9, 9], parts: 2, crowd: false },
    ]);
    expect(objects[3]!.box[2]).toBeCloseTo(20, 0);
    expect(codesOf(set)).toEqual(['polygon-broken 1', 'shape-unsupported 1']);
  });
});

describe('CVAT for images', () => {
  it('is read with boxes, polygons, ellipses, masks and listed labels', async () => {
    await writeFiles(root, {
      'images/a.jpg': await photo(40, 30),
      'annotations.xml': `<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task><labels><label><name>dog</name><color>#ff0001</color></label><label><name>cat</name></label></labels></task></meta>
<image id="0" name="a.jpg" width="40" height="30" subset="Train">
<box label="cat" xtl="1.5" ytl="2" xbr="11.5" ybr="12"/>
<polygon label="dog" points="1,1;9,1;9,9"/>
<mask label="dog" rle="1, 2, 1" left="3" top="4" width="2" height="2"/>
<ellipse label="cat" cx="20" cy="15" rx="5" ry="3"/>
<box label="cat" xtl="10" ytl="10" xbr="20" ybr="14" rotation="90"/>
<polyline label="cat" points="1,1;2,2"/><tag label="cat"/>
</image></annotations>`,
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('cvat');
    expect(set.classes).toEqual([
      { name: 'dog', id: 0, colour: [255, 0, 1] },
      { name: 'cat', id: 1 },
    ]);
    const objects = objectsOf(set, 'a.jpg')!;
    expect(objects.slice(0, 3)).toEqual([
      { name: 'cat', box: [1.5, 2, 10, 10], parts: 0, crowd: false },
      { name: 'dog', box: [1, 1, 8, 8], parts: 1, crowd: false },
      { name: 'dog', box: [3, 4, 2, 2], parts: 'runs', crowd: false },
    ]);
    expect(objects[3]!.box.map(Math.round)).toEqual([15, 12, 10, 6]);
    expect(objects[4]!.box.map(Math.round)).toEqual([13, 7, 4, 10]);
    expect(set.images.at(0)!.split).toBe('train');
    expect(codesOf(set)).toContain('shape-unsupported 1');
    const mask = set.images.at(0)!.objects![2]!.mask as { runs: { counts: Uint32Array } };
    // Pixel (4, 4) and (3, 5): the second and third of the box, row by row.
    expect([...mask.runs.counts]).toEqual([3 * 30 + 5, 1, 28, 1, 1075]);
  });
});

describe('a table of boxes', () => {
  it('with a width that is lost beside the place of the box has an empty one', async () => {
    await writeFiles(root, {
      'a.jpg': await photo(40, 30),
      'boxes.csv': 'image,label,x,y,w,h\na.jpg,cat,1,2,1e-320,50\na.jpg,cat,1,2,3,4\n',
    });
    const set = await readDenseSet(root);
    expect(objectsOf(set, 'a.jpg')!.map(({ box }) => box)).toEqual([[1, 2, 3, 4]]);
    expect(codesOf(set)).toEqual(['box-empty 1']);
  });

  it('is read with a header in any order', async () => {
    await writeFiles(root, {
      'a.jpg': await photo(40, 30),
      'b.jpg': await photo(40, 30),
      'boxes.csv':
        'filename;width;height;class;xmin;ymin;xmax;ymax;split\na.jpg;40;30;cat;1;2;11;12;train\na.jpg;40;30;dog;1;2;5;5;train\nb.jpg;;;;;;;;val\n',
    });
    const set = await readDenseSet(root);
    expect(set.format).toBe('csv');
    expect(objectsOf(set, 'a.jpg')).toEqual([
      { name: 'cat', box: [1, 2, 10, 10], parts: 0, crowd: false },
      { name: 'dog', box: [1, 2, 4, 3], parts: 0, crowd: false },
    ]);
    expect(objectsOf(set, 'b.jpg')).toEqual([]);
    expect([...set.images].map(({ split }) => split)).toEqual(['train', 'val']);
  });

  it('is read without a header, and with widths', async () => {
    await writeFiles(root, {
      'a.jpg': await photo(40, 30),
      'plain.csv': 'a.jpg,1,2,11,12,cat\na.jpg,x,2,11,12,cat\n',
    });
    const set = await readDenseSet(root);
    expect(objectsOf(set, 'a.jpg')).toEqual([
      { name: 'cat', box: [1, 2, 10, 10], parts: 0, crowd: false },
    ]);
    expect(set.problems.find(({ code }) => code === 'box-invalid')!.items[0]).toContain('line 2');
    await rm(path.join(root, 'plain.csv'));
    await writeFiles(root, { 'sized.csv': 'image,label,x,y,w,h\na.jpg,cat,1,2,10,10\n' });
    expect(objectsOf(await readDenseSet(root), 'a.jpg')![0]!.box).toEqual([1, 2, 10, 10]);
  });
});
