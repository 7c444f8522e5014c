import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TARGETS } from './electron-builder.config.ts';
import { fetchNode, NODE_RUNTIMES, NODE_VERSION } from './node-runtime.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-node-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the engine’s Node', () => {
  it('is known for every target, in one version', () => {
    expect(Object.keys(NODE_RUNTIMES).sort()).toEqual([...TARGETS].sort());
    expect(NODE_VERSION).toMatch(/^22\./);
    // The text is in the repository, since the packages for Windows do not contain it.
    const licence = readFileSync(path.join(import.meta.dirname, 'licences', 'node.txt'), 'utf8');
    expect(licence).toContain('Node.js is licensed for use as follows');
  });

  it('is refused when it is another one, from whatever kind of file', async () => {
    const inside = path.join(folder, 'package', 'bin');
    await mkdir(inside, { recursive: true });
    await writeFile(path.join(inside, 'node'), 'not Node');
    const archive = path.join(folder, 'node.tgz');
    const tar = await import('tar');
    await tar.c({ gzip: true, file: archive, cwd: folder }, ['package']);
    const cache = path.join(folder, 'cache');
    await expect(fetchNode('linux-x64', { archive, cache })).rejects.toThrow(
      `does not hold Node ${NODE_VERSION} for linux-x64: SHA-256 is`,
    );
    const bare = path.join(inside, 'node');
    await expect(fetchNode('win32-x64', { archive: bare, cache })).rejects.toThrow(/SHA-256 is/);
    await expect(fetchNode('win32-x64', { archive, cache })).rejects.toThrow('no bin/node.exe');
    await expect(fetchNode('linux-riscv64', { cache })).rejects.toThrow('There is no Node for');
    expect(existsSync(cache)).toBe(false);
  });
});
