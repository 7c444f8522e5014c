import { copyFile, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLibraryIn } from './library.ts';
import { damageIn, libraryFiles, writeChecksums } from './library-files.ts';
import { testLibraryFolder } from './testing/test-library.ts';

const { library } = libraryFiles();
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-library-'));
  file = path.join(folder, library);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a library whose checksum was recorded', () => {
  beforeEach(async () => {
    await writeFile(file, 'the library');
    await writeFile(path.join(folder, 'libother.so'), 'its OpenMP');
    writeChecksums(folder, [library, 'libother.so']);
  });

  it('is whole as long as nothing changes', () => {
    expect(damageIn(folder)).toBeUndefined();
  });

  it.each([
    ['cut off', (name: string) => truncate(name, 5)],
    ['another one of the same size', (name: string) => writeFile(name, 'a library..')],
  ])('is refused before it is loaded when it is %s', async (_, damage) => {
    await damage(file);
    expect(openLibraryIn(folder)).toEqual({
      reason: `${file} is damaged: its SHA-256 is not the one that was recorded when it was put there.`,
      advice: 'Set it up again with: conmim setup onednn',
    });
  });

  it('is refused when a file beside it is missing', async () => {
    await rm(path.join(folder, 'libother.so'));
    expect(damageIn(folder)).toBe(`${path.join(folder, 'libother.so')} is missing`);
  });
});

const given = testLibraryFolder();
describe.runIf(given !== undefined && process.platform === 'linux')(
  'a library of one’s own',
  () => {
    it('is refused before it is loaded when it is cut off', async () => {
      await copyFile(path.join(given!, library), file);
      expect(damageIn(folder)).toBeUndefined();
      await using handle = await open(file, 'r+');
      const { size } = await handle.stat();
      await handle.truncate(size - 100);
      expect(openLibraryIn(folder)).toMatchObject({
        reason: `${file} is damaged: it is shorter than its header states.`,
      });
    });
  },
);
