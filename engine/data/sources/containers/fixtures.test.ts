import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readLabelledSet } from '../../labelled/labelled-set.ts';
import { readLocation } from '../locate.ts';
import { walkFolder } from '../walk.ts';
import { readLabels } from './labels.ts';

// Made by bench/images/make-containers.py with Python's tarfile and zipfile, pyarrow and datasets.
const FIXTURES = path.join(import.meta.dirname, 'fixtures');

interface Expected {
  readonly name: string;
  readonly sha256: string;
  readonly label: string;
}

const expected = Object.entries(
  JSON.parse(readFileSync(path.join(FIXTURES, 'expected.json'), 'utf8')) as Record<
    string,
    Expected[]
  >,
);

test.each(expected)(
  '%s has the content and the classes that its writer gave',
  async (name, entries) => {
    const container = path.join(FIXTURES, name);
    const { files, unreadable, ignored } = await walkFolder(container, new Map());
    expect({ unreadable, ignored }).toEqual({ unreadable: [], ignored: {} });
    const read = await Promise.all(
      files.map(async (file) => ({
        name: file.relative,
        sha256: createHash('sha256')
          .update(await readLocation(file.path))
          .digest('hex'),
      })),
    );
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(read.sort(byName)).toEqual(
      entries.map((one) => ({ name: one.name, sha256: one.sha256 })).sort(byName),
    );
    const { samples, classes } = await readLabelledSet(container);
    const labels = [...samples].map(({ path: at, label }) => ({
      name: path.relative(container, at).split(path.sep).join('/'),
      label: classes[label],
    }));
    // Folders above those of the classes are no classes.
    if (entries[0]!.name.split('/').length < 3)
      expect(labels.sort(byName)).toEqual(
        entries.map((one) => ({ name: one.name, label: one.label })).sort(byName),
      );
  },
);

test('names of classes in the metadata keep their order', async () => {
  const { classNames } = await readLabels(path.join(FIXTURES, 'datasets.parquet'));
  expect(classNames).toEqual(['unused', 'cat', 'dog']);
});

test.each([
  ['encrypted.zip', /is encrypted: unpack the container with its password/],
  ['lz4.parquet', /is compressed with LZ4/],
])('%s is named', async (name, reason) => {
  const { unreadable } = await walkFolder(path.join(FIXTURES, name), new Map());
  expect(unreadable[0]!.reason).toMatch(reason);
});

test('a Parquet file without images is one of the other files', async () => {
  const { files, unreadable, ignored } = await walkFolder(
    path.join(FIXTURES, 'numbers.parquet'),
    new Map(),
  );
  expect({ files, unreadable, ignored }).toEqual({
    files: [],
    unreadable: [],
    ignored: { '.parquet': 1 },
  });
});
