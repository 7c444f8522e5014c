import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { privateWordsIn } from '../images/testing/private-words.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';

const fixtures = path.join(import.meta.dirname, '..', 'images', 'dicom', 'fixtures');

it('pixels shows and writes nothing of patients and places that a DICOM file names', async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'conmim-private-'));
  try {
    const bytes = await readFile(path.join(fixtures, 'ct-rescale-window.dcm'));
    await writeFile(path.join(root, 'whole.dcm'), bytes);
    await writeFile(path.join(root, 'cut.dcm'), bytes.subarray(0, bytes.length - 100));
    const options = ['--range', 'metadata', '--out', path.join(root, 'values.npy')];
    const whole = await runCommand(
      ['pixels', path.join(root, 'whole.dcm'), ...options, '--json'],
      engineParts(),
    );
    expect(whole.code).toBe(0);
    expect(whole.records).toMatchObject([
      {
        format: 'dicom',
        ranges: [[-160, 239]],
        statedRanges: [
          [-160, 239],
          [-350, 1149],
        ],
        bits: 12,
      },
    ]);
    const second = await runCommand(
      ['pixels', path.join(root, 'whole.dcm'), '--range', 'metadata:2', '--json'],
      engineParts(),
    );
    expect(second.records).toMatchObject([{ rule: 'metadata:2', ranges: [[-350, 1149]] }]);
    const third = await runCommand(
      ['pixels', path.join(root, 'whole.dcm'), '--range', 'metadata:3', '--json'],
      engineParts(),
    );
    expect(JSON.stringify(third)).toContain('it states 2 ranges of its values, and number 3');
    const cut = await runCommand(['pixels', path.join(root, 'cut.dcm'), '--json'], engineParts());
    expect(cut.code).not.toBe(0);
    expect(privateWordsIn(JSON.stringify([whole, cut]))).toEqual([]);
    expect(await readdir(root)).toHaveLength(3);
    const values = await readFile(path.join(root, 'values.npy'), 'latin1');
    expect(privateWordsIn(values)).toEqual([]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
