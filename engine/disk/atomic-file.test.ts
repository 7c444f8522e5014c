import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeLeftovers, temporaryPath, writeFileAtomically } from './atomic-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The name of the temporary file, read while it is being written. */
async function nameBeside(file: string): Promise<string> {
  let name = '';
  await writeFileAtomically(path.join(folder, file), async (beside) => {
    name = path.basename(beside);
    await writeFile(beside, '');
  });
  return name;
}
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}
const put = async (name: string, old = false) => {
  await writeFile(path.join(folder, name), '');
  if (old) await utimes(path.join(folder, name), new Date(1e12), new Date(1e12));
  return name;
};

describe('the temporary file of a killed process', () => {
  it('is removed at the next start, and that of a running process is not', async () => {
    const gone = String(await endedProcess());
    const name = await nameBeside('index.jsonl');
    await put(name.replace(`-${process.pid}-`, `-${gone}-`));
    await put(`index.jsonl.${gone}.tmp`);
    await put(name.replace(/\.[0-9a-f]{6}-/, '.aaaaaa-'), true);
    const kept = [
      'index.jsonl',
      await put(name),
      await put(`index.jsonl.${process.pid}.tmp`),
      await put(name.replace(/\.[0-9a-f]{6}-/, '.bbbbbb-')),
      await put('x.tmp', true),
    ];
    await removeLeftovers(folder);
    expect((await readdir(folder)).sort()).toEqual(kept.sort());
  });

  it('is removed by the next write of the same file, and no other', async () => {
    const gone = String(await endedProcess());
    const name = (await nameBeside('a.csv')).replace(`-${process.pid}-`, `-${gone}-`);
    const other = await put(name.replace('a.csv', 'b.csv'));
    await put(name);
    await nameBeside('a.csv');
    expect((await readdir(folder)).sort()).toEqual([other, 'a.csv'].sort());
    await rename(path.join(folder, other), path.join(folder, 'b.csv'));
  });

  it.each(['runs/r1', 'jobs/j1'])('is removed where it is a folder: %s', async (target) => {
    const place = path.join(folder, path.dirname(target));
    const made = async (name: string, old = false) => {
      await mkdir(path.join(place, name), { recursive: true });
      await writeFile(path.join(place, name, 'run.json'), '');
      if (old) await utimes(path.join(place, name), new Date(1e12), new Date(1e12));
      return name;
    };
    const name = path.basename(temporaryPath(path.join(folder, target)));
    await made(name.replace(`-${process.pid}-`, `-${await endedProcess()}-`));
    await made('.new-of-0.1.0', true);
    await made('queue.json.tmp-12', true);
    const kept = [await made(name), await made('.new-young'), await made('queue.json.tmp-13')];
    await removeLeftovers(place);
    expect((await readdir(place)).sort()).toEqual(kept.sort());
  });

  it('is not removed because of a wrong clock', async () => {
    const name = await nameBeside('a.csv');
    const kept = await put(name.replace(/\.[0-9a-f]{6}-/, '.aaaaaa-'));
    vi.useFakeTimers({ now: Date.now() + 7 * 24 * 3600 * 1000, toFake: ['Date'] });
    await removeLeftovers(folder);
    vi.useRealTimers();
    expect(await readdir(folder)).toContain(kept);
  });

  it('is not looked for in a missing folder', async () => {
    await expect(removeLeftovers(path.join(folder, 'none'))).resolves.toBeUndefined();
  });
});
