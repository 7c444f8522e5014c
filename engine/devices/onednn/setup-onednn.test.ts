import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { damageIn, libraryFiles } from '../../executors/onednn-library.ts';
import { makeZip } from '../testing/feed.ts';
import { packageFor } from './onednn-package.ts';
import { type OnednnPlaces, type OnednnPlan, removeOnednn, setupOnednn } from './setup-onednn.ts';

const NAMES = Object.values(libraryFiles());
const SUMS = 'SHA256SUMS';
const NOTE = { version: '3.13.0', instructionSet: 'AVX2', origin: '' };
const jar = makeZip(
  Object.fromEntries(NAMES.map((name) => [`org/bytedeco/dnnl/some/${name}`, sharedLibrary(name)])),
);

let root: string;
let places: OnednnPlaces & { readonly fetched: string[] };
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-onednn-'));
  const fetched: string[] = [];
  places = {
    platform: 'linux-x64',
    folder: path.join(root, 'onednn'),
    package: {
      classifier: 'linux-x86_64',
      sha256: createHash('sha256').update(jar).digest('hex'),
      bytes: jar.length,
    },
    used: () => undefined,
    attempt: (folder) => ({ ...NOTE, origin: path.join(folder, NAMES[0]!) }),
    async obtain(coordinates, folder) {
      fetched.push(coordinates);
      await writeFile(path.join(folder, 'dnnl.jar'), jar);
    },
    fetched,
  };
});
afterEach(() => rm(root, { recursive: true, force: true }));

const confirm = async () => true;
const there = async () => (await readdir(places.folder).catch(() => [])).sort();
const write = async (name: string, bytes: Uint8Array) => {
  const file = path.join(root, name);
  await writeFile(file, bytes);
  return file;
};

/** The smallest file that has the parts of a shared library which are read. */
function sharedLibrary(text: string): Uint8Array {
  const bytes = Buffer.alloc(128 + text.length);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes[4] = 2;
  bytes[5] = 1;
  bytes.writeBigUInt64LE(64n, 0x28);
  bytes.writeUInt16LE(64, 0x3a);
  bytes.writeUInt16LE(1, 0x3c);
  bytes.write(text, 128);
  return bytes;
}

describe('oneDNN', () => {
  it('comes through Maven after a confirmation, once', async () => {
    const plans: OnednnPlan[] = [];
    expect((await setupOnednn({ confirm: async () => false }, places)).state).toBe('declined');
    expect(places.fetched).toEqual([]);
    const outcome = await setupOnednn({ confirm: async (plan) => plans.push(plan) > 0 }, places);
    expect(outcome).toMatchObject({ state: 'installed', files: NAMES });
    expect(outcome.library?.origin).toBe(path.join(places.folder, NAMES[0]!));
    const coordinates = 'org.bytedeco:dnnl:3.13-1.5.14:jar:linux-x86_64';
    expect(plans).toMatchObject([{ package: coordinates, bytes: jar.length }]);
    expect(places.fetched).toEqual([coordinates]);
    expect(await there()).toEqual([SUMS, ...NAMES].sort());
    const written = await readFile(path.join(places.folder, NAMES[0]!));
    expect(written.equals(sharedLibrary(NAMES[0]!))).toBe(true);
    expect(damageIn(places.folder)).toBeUndefined();
    const used = { ...places, used: () => NOTE };
    expect((await setupOnednn({ confirm }, used)).state).toBe('already-there');
    expect(places.fetched).toHaveLength(1);
  });

  it('is taken from a jar, a wheel or a folder', async () => {
    const folder = path.join(root, 'built');
    await mkdir(folder);
    await writeFile(path.join(folder, NAMES[0]!), sharedLibrary('own'));
    const wheel = makeZip({ [`dnnl.data/data/lib/${NAMES[0]}`]: sharedLibrary('wheel') });
    const sources = [await write('a.jar', jar), await write('a.whl', wheel), folder];
    for (const from of sources) {
      expect((await setupOnednn({ from, confirm }, places)).state).toBe('installed');
      expect(await there()).toContain(NAMES[0]);
    }
    expect(places.fetched).toEqual([]);
    expect(await there()).toEqual([SUMS, NAMES[0]]);
  });

  it('is refused if the jar is another one, or cut off, and the old one stays', async () => {
    await setupOnednn({ confirm }, places);
    const other = makeZip({ [`x/${NAMES[0]}`]: sharedLibrary('other') });
    for (const bytes of [other, jar.subarray(0, jar.length / 2)]) {
      const from = await write('other.jar', bytes);
      await expect(setupOnednn({ from, confirm }, places)).rejects.toMatchObject({
        code: 'package-damaged',
        advice: expect.stringContaining('SHA-256'),
      });
    }
    expect(await there()).toEqual([SUMS, ...NAMES].sort());
    expect((await readdir(root)).sort()).toEqual(['onednn', 'other.jar']);
  });

  it.runIf(process.platform === 'linux')(
    'is refused if the library itself is cut off',
    async () => {
      const folder = path.join(root, 'built');
      await mkdir(folder);
      await writeFile(path.join(folder, NAMES[0]!), sharedLibrary('').subarray(0, 100));
      await expect(setupOnednn({ from: folder, confirm }, places)).rejects.toMatchObject({
        code: 'package-unreadable',
      });
      expect(await there()).toEqual([]);
    },
  );

  it('is refused in another version', async () => {
    const reason = 'It is oneDNN 2.7.0, and version 3 is needed.';
    const old = { ...places, attempt: () => ({ reason, advice: '' }) };
    await expect(setupOnednn({ confirm }, old)).rejects.toMatchObject({
      code: 'package-other',
      message: reason,
    });
    expect(await there()).toEqual([]);
  });

  it.each([
    ['linux', 'x64', 'libgomp.so.1'],
    ['linux', 'arm64', 'libgomp.so.1'],
    ['darwin', 'arm64', 'libomp.dylib'],
    ['darwin', 'x64', 'libiomp5.dylib'],
    ['win32', 'x64', 'vcomp140.dll'],
  ])('has a pinned package for %s on %s, with %s', (platform, architecture, openMp) => {
    const found = packageFor(`${platform}-${architecture}`)!;
    expect(found.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(found.bytes).toBeGreaterThan(6e6);
    expect(libraryFiles(platform, architecture).openMp).toBe(openMp);
  });

  it('says what to do without Maven, and where no package is known', async () => {
    const without = {
      ...places,
      obtain: async () => {
        throw new Error('Maven (mvn) is not installed');
      },
    };
    await expect(setupOnednn({ confirm }, without)).rejects.toMatchObject({
      code: 'package-unreachable',
      message: expect.stringContaining('Maven (mvn) is not installed'),
      advice: expect.stringContaining('--from'),
    });
    const unknown = { ...places, platform: 'freebsd-x64', package: undefined };
    await expect(setupOnednn({ confirm }, unknown)).rejects.toMatchObject({
      code: 'setup-unsupported',
    });
  });

  it('is removed', async () => {
    await setupOnednn({ confirm }, places);
    expect((await removeOnednn(places)).files).toEqual(NAMES);
    expect(await there()).toEqual([]);
    expect((await removeOnednn(places)).files).toEqual([]);
  });
});
