import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asDiskError } from '../../disk/disk.ts';
import { neededLibraries } from '../needed-libraries.ts';
import { type Feed, makePackage, openFeed } from '../testing/feed.ts';
import { CUDA_FILES } from './cuda-files.ts';
import { cudaLibraries, loaderPlaces } from './cuda-libraries.ts';
import { type CudaPlaces, type CudaPlan, removeCuda, setupCuda } from './setup-cuda.ts';

const VERSION = '1.30.0';
/** Large enough to arrive in many pieces, and not to be compressed away. */
const provider = new Uint8Array(noise(400_000));
const shared = new TextEncoder().encode('shared');
const content = makePackage(VERSION, { [CUDA_FILES[0]]: shared, [CUDA_FILES[1]]: provider });

let root: string;
let feed: Feed;
let places: CudaPlaces;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-cuda-'));
  feed = await openFeed(VERSION, content);
  const folder = path.join(root, 'bin');
  await mkdir(folder);
  const { index } = feed;
  places = {
    platform: 'linux-x64',
    folder,
    cache: path.join(root, 'cache'),
    version: VERSION,
    index,
  };
});
afterEach(async () => {
  await feed.close();
  await rm(root, { recursive: true, force: true });
});

const confirm = async () => true;
const names = async () => (await readdir(places.folder)).sort();
const partial = () =>
  path.join(places.cache, `Microsoft.ML.OnnxRuntime.Gpu.Linux.${VERSION}.nupkg.part`);

describe('files for CUDA from the feed', () => {
  it('come after a confirmation, and are placed where they are loaded from', async () => {
    const plans: CudaPlan[] = [];
    const progress: number[] = [];
    const { state, files, libraries } = await setupCuda(
      {
        confirm: async (plan) => plans.push(plan) > 0,
        onProgress: ({ done }) => progress.push(done),
      },
      places,
    );
    expect(state).toBe('installed');
    expect(files).toEqual(CUDA_FILES);
    expect(plans).toMatchObject([{ bytes: content.length, verified: true, folder: places.folder }]);
    expect(progress.at(-1)).toBe(content.length);
    expect(await names()).toEqual([...CUDA_FILES].sort());
    const written = await readFile(path.join(places.folder, CUDA_FILES[1]));
    expect(written.equals(provider)).toBe(true);
    expect(await readdir(places.cache)).toEqual([]);
    expect(libraries.map(({ name }) => name)).toContain('libcudnn.so.9');
  });

  it('are not fetched twice, nor without a yes', async () => {
    expect((await setupCuda({ confirm: async () => false }, places)).state).toBe('declined');
    expect(feed.asked.filter((path) => path.includes('nupkg'))).toEqual([]);
    await setupCuda({ confirm }, places);
    feed.asked.length = 0;
    expect((await setupCuda({ confirm }, places)).state).toBe('already-there');
    expect(feed.asked).toEqual([]);
  });

  it('continue an interrupted download', async () => {
    feed.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000), () => response.destroy());
    };
    await expect(setupCuda({ confirm }, places)).rejects.toMatchObject({
      code: 'package-cut-off',
      advice: expect.stringContaining('resumes'),
    });
    const have = (await readFile(partial())).length;
    expect(have).toBeGreaterThan(0);
    expect(await names()).toEqual([]);
    delete feed.answer;
    expect((await setupCuda({ confirm }, places)).state).toBe('installed');
    expect(feed.asked.at(-1)).toMatch(new RegExp(`nupkg bytes=${have}-$`));
  });

  it('start over where the server does not support ranges', async () => {
    await mkdir(places.cache);
    await writeFile(partial(), content.subarray(0, 5000));
    feed.answer = (_request, response) => void response.end(content);
    expect((await setupCuda({ confirm }, places)).state).toBe('installed');
  });

  it('are refused when they are not what NuGet states, and nothing of them stays', async () => {
    feed.stated = { sha512: 'AAAA' };
    await expect(setupCuda({ confirm }, places)).rejects.toMatchObject({ code: 'package-damaged' });
    expect(await names()).toEqual([]);
    expect(await readdir(places.cache)).toEqual([]);
    feed.stated = { bytes: 5 };
    await expect(setupCuda({ confirm }, places)).rejects.toThrow(/where the catalogue states 5/);
  });

  it('are reported as unverified where NuGet has no checksum', async () => {
    feed.stated = null;
    const plans: CudaPlan[] = [];
    await setupCuda({ confirm: async (plan) => plans.push(plan) > 0 }, places);
    expect(plans[0]).toMatchObject({ verified: false, bytes: content.length });
  });

  it('that are missing, or a missing feed, give an error', async () => {
    const other = { ...places, version: '9.9.9' };
    await expect(setupCuda({ confirm }, other)).rejects.toMatchObject({ code: 'package-unknown' });
    feed.answer = (_request, response) => void response.writeHead(503).end();
    await expect(setupCuda({ confirm }, places)).rejects.toThrow(/it answers 503/);
    const nowhere = { ...places, index: 'http://127.0.0.1:9/index.json' };
    await expect(setupCuda({ confirm }, nowhere)).rejects.toMatchObject({
      code: 'package-unreachable',
      advice: expect.stringContaining('--from FILE'),
    });
  });

  it('need a system that they are made for, and a folder that can be written to', async () => {
    const on = (platform: string) => setupCuda({ confirm }, { ...places, platform });
    await expect(on('win32-x64')).rejects.toMatchObject({
      code: 'setup-unsupported',
      advice: expect.stringContaining('directml'),
    });
    await expect(on('darwin-arm64')).rejects.toMatchObject({
      advice: expect.stringContaining('webgpu'),
    });
    const missing = { ...places, folder: path.join(root, 'not-there') };
    await expect(setupCuda({ confirm }, missing)).rejects.toMatchObject({
      code: 'setup-folder-closed',
      advice: expect.stringContaining('to this folder'),
    });
    expect(feed.asked).toEqual([]);
  });
});

describe('files for CUDA from a package that is here', () => {
  const from = () => path.join(root, 'given.nupkg');

  it('need no network, and can be taken away again', async () => {
    await writeFile(from(), content);
    expect((await setupCuda({ from: from(), confirm }, places)).state).toBe('installed');
    expect(feed.asked).toEqual([]);
    expect((await removeCuda(places)).files).toEqual(CUDA_FILES);
    expect(await names()).toEqual([]);
    expect((await removeCuda(places)).files).toEqual([]);
  });

  it.each([
    ['of another version', makePackage('1.29.0', {}), 'package-other'],
    ['of another kind', makePackage(VERSION, {}, 'Another.Package'), 'package-other'],
    ['without the files', makePackage(VERSION, { [CUDA_FILES[0]]: shared }), 'package-unreadable'],
    ['that is cut off', content.subarray(0, content.length - 500), 'package-unreadable'],
    ['that is something else', Buffer.from('not a package'), 'package-unreadable'],
    ['with damaged bytes', damaged(content), 'package-unreadable'],
  ])('are refused from one %s, and nothing is left behind', async (_what, bytes, code) => {
    await writeFile(from(), bytes);
    await expect(setupCuda({ from: from(), confirm }, places)).rejects.toMatchObject({ code });
    expect(await names()).toEqual([]);
  });

  it('that is not there is named', async () => {
    await expect(setupCuda({ from: from(), confirm }, places)).rejects.toThrow(/no such file/);
  });

  it('a full disk is reported as such', () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    expect(asDiskError(full, '/x')).toMatchObject({ code: 'disk-full' });
  });
});

describe('what CUDA needs of the machine', () => {
  it('is read from the library itself and looked for where the loader looks', async () => {
    const require = createRequire(import.meta.url);
    const binding = path.join(
      path.dirname(require.resolve('onnxruntime-node/package.json')),
      'bin/napi-v6/linux/x64/onnxruntime_binding.node',
    );
    expect(await neededLibraries(binding)).toContain('libonnxruntime.so.1');
    const text = path.join(root, 'text.so');
    await writeFile(
      text,
      'no library at all, but long enough to have a header of sixty-four bytes',
    );
    expect(await neededLibraries(text)).toBeUndefined();
    await writeFile(text, '\x7fELF');
    expect(await neededLibraries(text)).toBeUndefined();

    const folder = path.join(root, 'libs');
    await mkdir(folder);
    await copyFile(binding, path.join(folder, 'libcudnn.so.9'));
    const list = async () =>
      '1 libs found\n\tlibcuda.so.1 (libc6,x86-64) => /usr/lib/libcuda.so.1\n\tlibcudart.so.12 (libc6) => /usr/lib32/libcudart.so.12\n';
    const found = await cudaLibraries(
      undefined,
      await loaderPlaces({ LD_LIBRARY_PATH: folder }, list),
    );
    const of = (name: string) => found.find((one) => one.name === name);
    expect(of('libcuda.so.1')).toEqual({
      name: 'libcuda.so.1',
      part: 'NVIDIA’s driver',
      path: '/usr/lib/libcuda.so.1',
    });
    expect(of('libcudnn.so.9')).toMatchObject({
      part: 'cuDNN 9',
      path: path.join(folder, 'libcudnn.so.9'),
    });
    expect(of('libcudart.so.12')?.path).toBeUndefined();
    expect(of('libcudart.so.12')?.part).toBe('the CUDA 12 runtime libraries');
  });
});

/** Numbers without a pattern, the same in each run. */
function noise(length: number): number[] {
  let state = 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** The same with one byte of the compressed data changed. */
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(copy.length / 2);
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}
