import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toStudioError } from '../contract/errors.ts';
import { sendCommand, takeCommands } from '../runs/control-inbox.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { makeFolder, makeFolderSync, nodeDisk, onDisk, replaceFile } from './disk.ts';
import { Lock } from './lock.ts';
import { smallDisk } from './testing/small-disk.ts';

const disk = smallDisk();
const where = typeof disk === 'string' ? `(not run: ${disk})` : '';

describe.skipIf(typeof disk === 'string')(`a real disk ${where}`, () => {
  if (typeof disk === 'string') return;
  afterAll(() => disk.dispose());
  let folder: string;
  let count = 0;
  beforeEach(() => {
    folder = path.join(disk.dir, `case-${count++}`);
    mkdirSync(folder);
  });
  afterEach(() => {
    disk.remount('rw');
    disk.empty();
  });

  const file = () => path.join(folder, 'file.json');
  /** All functions that write files, with the name of what they write. */
  const writers: [string, () => Promise<unknown>][] = [
    ['a folder', () => onDisk(folder, () => makeFolder(path.join(folder, 'a', 'b', 'c')))],
    [
      'a folder at once',
      () => onDisk(folder, async () => makeFolderSync(path.join(folder, 'd', 'e'))),
    ],
    ['a settings file', () => replaceFile(nodeDisk, file(), 'x'.repeat(5000))],
    ['a table', () => writeFileAtomically(file(), (beside) => writeFile(beside, 'x'.repeat(5000)))],
    ['a lock', () => Lock.acquire(folder)],
  ];

  it.each(writers)('without space says so for %s, and leaves nothing', async (_, write) => {
    disk.fillBytes();
    await expect(write()).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(new RegExp(`${folder}.*: 0 B are free`)),
      details: { freeBytes: 0 },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(writers)('without room for files says so for %s', async (_, write) => {
    disk.fillFiles();
    await expect(write()).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/no further file can be made \(inodes\) although .* are free/),
      details: { freeFiles: 0 },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(writers)('that is read-only is named for %s', async (_, write) => {
    disk.remount('ro');
    await expect(write()).rejects.toMatchObject({
      code: 'disk-read-only',
      message: expect.stringContaining(`${folder} lies on a read-only disk`),
    });
  });

  it.each(writers)('with a folder that may not be changed names it for %s', async (_, write) => {
    if (spawnSync('chattr', ['+i', folder]).status !== 0) return;
    try {
      await expect(write()).rejects.toMatchObject({
        code: 'access-denied',
        message: expect.stringContaining(`Access was denied to ${folder}`),
      });
    } finally {
      spawnSync('chattr', ['-i', folder]);
    }
  });

  it.each(writers)('takes %s again once there is room', async (_, write) => {
    disk.fillBytes();
    disk.fillFiles();
    await expect(write()).rejects.toMatchObject({ code: 'disk-full' });
    disk.empty();
    await write();
  });

  it('keeps what was there', async () => {
    await replaceFile(nodeDisk, file(), 'old');
    disk.fillBytes();
    await expect(replaceFile(nodeDisk, file(), 'x'.repeat(5000))).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(readFileSync(file(), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file.json']);
  });

  it('accepts commands to a run without free bytes, and fails without free files', () => {
    const control = path.join(folder, 'control');
    sendCommand(control, 'pause');
    disk.fillBytes();
    sendCommand(control, 'stop');
    expect(takeCommands(control)).toEqual({ commands: ['pause', 'stop'], ignored: [] });
    disk.fillFiles();
    expect(() => sendCommand(control, 'stop')).toThrow(
      expect.objectContaining({ code: 'disk-full' }),
    );
    expect(readdirSync(control)).toEqual([]);
  });

  it('is named by any error of the file system that reaches a surface', () => {
    disk.fillFiles();
    let error: unknown;
    try {
      writeFileSync(file(), 'x');
    } catch (thrown) {
      error = thrown;
    }
    expect(toStudioError(error)).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining(file()),
    });
  });
});
