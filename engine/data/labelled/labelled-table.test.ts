import { describe, expect, it } from 'vitest';
import { FactList } from '../scan/fact-list.ts';
import type { FileFacts } from '../scan/file-facts.ts';
import { sampleOf, samplePart } from '../scan/sample-of.ts';
import { FileList } from '../sources/file-list.ts';
import { Combinations } from './combinations.ts';
import { LabelledTable } from './labelled-table.ts';
import { ListedImages } from './listing.ts';

const hex = (i: number, bytes: number) => i.toString(16).padStart(2 * bytes, '0');

function photograph(i: number): FileFacts {
  const size = { width: 500 + i, height: 375, bytes: 100_000 + i, modifiedMs: 1e12 + i };
  return { ...size, format: 'jpeg', hash: hex(i, 32), phash: hex(i, 40), levels: 9, span: 200 };
}

const look = (i: number) => ({ phash: hex(100 + i, 40), levels: 256, span: 256 });
const STACK: FileFacts = {
  ...photograph(7),
  format: 'npy',
  stored: { channels: 6, type: 'uint16', bits: 16, pictures: 3 } as unknown as NonNullable<
    FileFacts['stored']
  >,
  looks: [look(0), look(1), look(2)],
};
const FLAT: FileFacts = { ...photograph(3), phash: '', otherPictures: 4 };

/** A table of the images of these files, of which some are listed several times. */
function tableOf(
  facts: readonly FileFacts[],
  rows: readonly (readonly [file: number, labels: number, split?: 'train' | 'val' | 'test'])[],
  several = false,
) {
  const files = FileList.of(
    facts.map((_, i) => ({ path: `/d/${i % 3}/${i}`, relative: `${i % 3}/${i}`, named: true })),
  );
  files.trim();
  const list = new FactList(facts.length);
  for (const [i, found] of facts.entries()) list.set(i, found);
  const images = new ListedImages();
  for (const [file, labels, split] of rows) images.push({ file, labels, split });
  const combinations = new Combinations(new Map(['a', 'b', 'c'].map((name, i) => [name, i])));
  const names = [['c', 'a'], [], ['b']];
  return new LabelledTable({
    listing: { files, images },
    facts: list,
    usable: Uint32Array.from(rows, (_, i) => i),
    labelOf: Uint32Array.from(several ? names.map((of) => combinations.numberOf(of)) : [2, 1, 0]),
    lists: several ? combinations.lists() : undefined,
  });
}

describe('a table of labelled images', () => {
  it('has what is known of each image, and as many images as a file has pictures', () => {
    const table = tableOf(
      [photograph(0), STACK, FLAT],
      [
        [2, 0],
        [1, 1, 'val'],
        [0, 2, 'train'],
        [2, 2],
      ],
    );
    const pictures = [0, 1, 2].map((part) => samplePart('/d/1/1', STACK, part));
    const [first, flat] = [sampleOf('/d/0/0', photograph(0)), sampleOf('/d/2/2', FLAT)];
    const wanted = [flat, ...pictures, first, flat].map(({ stored, ...image }, i) => ({
      ...image,
      stored,
      label: [2, 1, 1, 1, 0, 0][i],
      split: [undefined, 'val', 'val', 'val', 'train', undefined][i],
    }));
    expect(table.length).toBe(6);
    for (const [i, image] of [...table].entries()) {
      const { path, width, height, bytes, hash, phash, format, stored } = wanted[i]!;
      const { label, split } = wanted[i]!;
      for (const read of [image, table.at(i)!]) {
        expect([read.hash, read.phash, read.path, read.width]).toEqual([hash, phash, path, width]);
        expect([read.height, read.bytes, read.format]).toEqual([height, bytes, format]);
        expect([read.stored, read.label, read.split]).toEqual([stored, label, split]);
        expect([read.labels, read.fileHash]).toEqual([undefined, undefined]);
      }
    }
    expect(table.at(6)).toBeUndefined();
  });

  it('has several labels or none of an image', () => {
    const rows = [
      [0, 1],
      [0, 0],
      [0, 2],
      [0, 0],
    ] as const;
    const table = tableOf([photograph(0)], rows, true);
    expect(Array.from(table, ({ label }) => label)).toEqual([1, 0, 2, 0]);
    expect(Array.from(table, ({ labels }) => labels)).toEqual([[], [0, 2], [1], [0, 2]]);
  });

  it('takes at most 120 bytes an image and its file, hashes apart', () => {
    const count = 20_000;
    const rows = Array.from({ length: count }, (_, i) => [i, i % 3] as const);
    const facts = Array.from({ length: count }, (_, i) => photograph(i));
    const hashes = count * (32 + 40);
    expect((tableOf(facts, rows).memoryBytes - hashes) / count).toBeLessThan(120);
  });
});
