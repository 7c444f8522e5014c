import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { FactList } from '../scan/fact-list.ts';
import { sampleOf } from '../scan/sample-of.ts';
import { FileList } from '../sources/file-list.ts';
import { DenseImages } from './dense-images.ts';
import type { DenseImage, DenseObject, MaskFile, ObjectMask } from './dense-types.ts';
import { labelsOf } from './image-labels.ts';
import { MaskColumns } from './mask-columns.ts';
import { ObjectColumns } from './object-columns.ts';

const hex = (i: number, bytes: number) => i.toString(16).padStart(2 * bytes, '0');
const COUNT = 300;
const facts = Array.from({ length: COUNT }, (_, i) => ({
  ...{ width: 40 + i, height: 30, bytes: 1000 + i, modifiedMs: 5, format: 'jpeg' },
  ...{ hash: hex(i, 32), phash: hex(i, 40), levels: 200, span: 256 },
}));
const pathOf = (i: number) => `/set/${i % 7}/${i}.jpg`;

function examined() {
  const files = FileList.of(
    facts.map((_, i) => ({ path: pathOf(i), relative: pathOf(i).slice(5), named: true })),
  );
  const list = new FactList(COUNT);
  for (const [i, found] of facts.entries()) list.set(i, found);
  return { files, facts: list };
}

const random = new RandomStream(3, 'test');
const numbers = (count: number) =>
  Float64Array.from({ length: count }, () => random.integer(4000) / 7);

function randomMask(): ObjectMask | undefined {
  const kind = random.integer(3);
  if (kind === 0) return undefined;
  const counts = Uint32Array.from({ length: 1 + random.integer(9) }, () => random.integer(99));
  if (kind === 1) return { runs: { height: 30, width: 40, counts } };
  return {
    polygons: Array.from({ length: random.integer(4) }, () => numbers(6 + random.integer(9))),
  };
}

function randomObjects(): DenseObject[] {
  return Array.from({ length: random.integer(6) }, (_, i): DenseObject => {
    const mask = randomMask();
    const box = numbers(4);
    return {
      label: random.integer(70_000),
      box: [box[0]!, box[1]!, box[2]!, box[3]!],
      ...(mask && { mask }),
      crowd: random.integer(2) === 1,
      area: random.integer(2) === 1 ? random.integer(1e6) / 3 : undefined,
      record: i + 1,
    };
  });
}

function randomMaskFile(i: number): MaskFile | undefined {
  if (random.integer(5) === 0) return undefined;
  const turn = random.integer(9);
  const pixels = Array.from({ length: 12 }, () => (random.integer(3) ? 0 : random.integer(1e9)));
  return { path: `/masks/${i}.png`, hash: hex(7 * i, 32), ...(turn > 1 && { turn }), pixels };
}

/** All that is known of an image; a table's own ones have no properties but getters. */
function partsOf(image: DenseImage) {
  const { path, width, height, bytes, format, hash, phash, levels, span, stored } = image;
  const { split, labelled, objects, mask } = image;
  return [path, width, height, bytes, format, hash, phash, levels, span, stored].concat([
    split,
    labelled,
    objects,
    mask,
  ] as never[]);
}

/** An image as an object of its own. */
const whole = (
  i: number,
  split: DenseImage['split'],
  labelled: string | undefined,
): DenseImage => ({
  ...sampleOf(pathOf(i), facts[i]!),
  ...(split && { split }),
  ...(labelled !== undefined && { labelled }),
});

describe('images with dense labels in columns', () => {
  it('are those with objects that were added', () => {
    const images = new DenseImages(examined(), 'objects', new ObjectColumns());
    const wanted = facts.map((_, at): DenseImage => {
      const file = COUNT - 1 - at;
      const [split, labelled] = [
        at % 3 ? 'val' : undefined,
        at % 4 ? `/l/${at % 9}` : undefined,
      ] as const;
      const objects = randomObjects();
      images.push({ file, split, labelled }, objects);
      return { ...whole(file, split, labelled), objects };
    });
    expect(Array.from(images, partsOf)).toEqual(wanted.map(partsOf));
    expect(images.at(COUNT)).toBeUndefined();
    expect(Array.from(images, labelsOf)).toEqual(wanted.map(labelsOf));
  });

  it('are those with masks that were added', () => {
    const images = new DenseImages(examined(), 'mask', new MaskColumns(12));
    const wanted = facts.map((_, file): DenseImage => {
      const mask = randomMaskFile(file);
      images.push({ file, split: 'train', labelled: mask?.path }, mask);
      return { ...whole(file, 'train', mask?.path), ...(mask && { mask }) };
    });
    expect(Array.from(images, partsOf)).toEqual(wanted.map(partsOf));
    expect(Array.from(images, labelsOf)).toEqual(wanted.map(labelsOf));
  });
});
