import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBmp } from '../pixels/bmp.ts';
import { decodeImage } from '../pixels/decode.ts';
import type { DatasetIndex } from '../sources/index-types.ts';
import { DISK, type Folders, walkFolder } from '../sources/walk.ts';
import { readIndexFile } from './index-file.ts';
import { scanFolders } from './scan.ts';

const WINDOWS = process.platform === 'win32';
let root: string;
let index: DatasetIndex;

/** Blue left of the middle, red right of it, with some texture so that files have a length. */
function picture(width = 60, height = 40) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      data[at + (x < width / 2 ? 2 : 0)] = 200 + ((x * 7 + y * 13) % 50);
      data[at + 1] = (x * y * 31) % 90;
    }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A 24-bit bitmap; the bottom row first, unless `topDown`. */
function bitmap(
  rows: readonly (readonly [number, number, number])[][],
  topDown = false,
): Uint8Array {
  const [width, height] = [rows[0]!.length, rows.length];
  const rowBytes = Math.ceil((width * 24) / 32) * 4;
  const bytes = new Uint8Array(54 + rowBytes * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, topDown ? -height : height, true);
  view.setUint16(28, 24, true);
  rows.forEach((row, y) => {
    const line = topDown ? y : height - 1 - y;
    row.forEach(([r, g, b], x) => {
      bytes.set([b, g, r], 54 + line * rowBytes + x * 3);
    });
  });
  return bytes;
}

const at = (...parts: string[]) => path.join(root, ...parts);
const found = (name: string) =>
  [...index.samples].find((sample) => sample.path === at(...name.split('/')));
const reason = (name: string) => index.unreadable.find((one) => one.path === at(name))?.reason;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
  await mkdir(at('deep', 'er', 'with spaces 🐢'), { recursive: true });
  await picture().jpeg().toFile(at('UPPER.JPG'));
  await picture()
    .png()
    .toFile(at('deep', 'er', 'with spaces 🐢', 'turtle 🐢.png'));
  await picture().webp().toFile(at('a.webp'));
  await picture().tiff().toFile(at('a.tif'));
  await picture().gif().toFile(at('a.gif'));
  await picture(64, 64).avif().toFile(at('a.avif'));
  await writeFile(
    at('a.bmp'),
    bitmap([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [
        [7, 8, 9],
        [10, 11, 12],
      ],
    ]),
  );
  await picture().toColourspace('cmyk').jpeg().toFile(at('cmyk.jpg'));
  await picture().toColourspace('rgb16').png().toFile(at('deep16.png'));
  await picture().greyscale().png().toFile(at('grey.png'));
  await picture().png({ palette: true }).toFile(at('palette.png'));
  await picture().ensureAlpha(0.5).png().toFile(at('alpha.png'));
  await picture().withMetadata({ orientation: 6 }).jpeg().toFile(at('turned.jpg'));
  await picture().jpeg({ quality: 60 }).toFile(at('misnamed.png'));
  for (const format of ['jpg', 'png', 'webp', 'gif', 'tif'] as const) {
    const file = at(`truncated.${format}`);
    const { size } = await picture(300, 200).toFile(file);
    await truncate(file, Math.floor(size * 0.6));
  }
  await writeFile(
    at('truncated.bmp'),
    bitmap([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]).subarray(0, 56),
  );
  await writeFile(at('empty.jpg'), '');
  await writeFile(at('text.jpg'), 'this is no image at all');
  await writeFile(at('phone.HEIC'), '\0\0\0\x18ftypheic\0\0\0\0mif1heic');
  await writeFile(at('notes.txt'), 'not looked at');
  await writeFile(at('._UPPER.JPG'), 'left by macOS');
  await writeFile(at('README'), 'no image, and no extension');
  await picture().png({ compressionLevel: 3 }).toFile(at('without extension'));
  await picture().png({ compressionLevel: 4 }).toFile(at('page[1].png'));
  await picture().png().toFile(at('copy 1.png'));
  await picture().png().toFile(at('deep', 'copy 2.png'));
  if (!WINDOWS) {
    await picture().png({ compressionLevel: 2 }).toFile(at('new\nline.png'));
    await symlink(root, at('deep', 'loop'));
    await symlink(at('nowhere.png'), at('dangling.png'));
  }
  index = await scanFolders([root]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a scan', () => {
  it.each([
    ['UPPER.JPG', 'jpeg'],
    ['deep/er/with spaces 🐢/turtle 🐢.png', 'png'],
    ['a.webp', 'webp'],
    ['a.tif', 'tiff'],
    ['a.gif', 'gif'],
    ['a.avif', 'avif'],
    ['a.bmp', 'bmp'],
    ['cmyk.jpg', 'jpeg'],
    ['deep16.png', 'png'],
    ['grey.png', 'png'],
    ['palette.png', 'png'],
    ['alpha.png', 'png'],
    ['misnamed.png', 'jpeg'],
    ['without extension', 'png'],
    ['page[1].png', 'png'],
  ])('finds %s, a %s', (name, format) => {
    expect(found(name)?.format).toBe(format);
  });

  it.skipIf(WINDOWS)('finds names with newlines', () => {
    expect(found('new\nline.png')).toBeDefined();
  });

  it('has sizes after orientation', () => {
    expect(found('UPPER.JPG')).toMatchObject({ width: 60, height: 40 });
    expect(found('turned.jpg')).toMatchObject({ width: 40, height: 60 });
  });

  it.each(['jpg', 'png', 'webp', 'gif', 'tif', 'bmp'])(
    'names a truncated .%s as damaged',
    (end) => {
      expect(reason(`truncated.${end}`)).toMatch(/damaged|truncated/);
      expect(found(`truncated.${end}`)).toBeUndefined();
    },
  );

  it('has reasons why other files cannot be used, and ignores other extensions', () => {
    expect(reason('empty.jpg')).toBe('file is empty');
    expect(reason('text.jpg')).toBe('content is not of a known image format');
    expect(reason('phone.HEIC')).toContain('its HEIF data cannot be decoded');
    expect(index.unreadable.some((one) => one.path.endsWith('notes.txt'))).toBe(false);
    expect(index.ignored).toEqual({ '.txt': 1, 'no extension': 1 });
    expect(index.system).toEqual({ images: 1, folders: [] });
  });

  it.skipIf(WINDOWS)('ends although a link leads back up, and names links to nowhere', () => {
    expect([...index.samples].some((sample) => sample.path.includes('loop'))).toBe(false);
    expect(reason('dangling.png')).toBe('link leads nowhere: ENOENT');
  });

  it('reports folders that cannot be read without failing', async () => {
    const closed = at('deep');
    const disk: Folders = {
      ...DISK,
      async *entries(folder) {
        if (folder === closed) throw Object.assign(new Error('closed'), { code: 'EACCES' });
        yield* DISK.entries(folder);
      },
    };
    const { unreadable, files } = await walkFolder(root, new Map(), undefined, disk);
    expect(unreadable).toContainEqual({
      path: closed,
      reason: 'folder cannot be read: access is denied (EACCES)',
    });
    expect(files.some((file) => file.path === at('UPPER.JPG'))).toBe(true);
  });

  it.skipIf(WINDOWS)('gives a folder its own name, not that of a link to it', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
    await mkdir(path.join(folder, 'm', 'real'), { recursive: true });
    await picture()
      .png()
      .toFile(path.join(folder, 'm', 'real', 'x.png'));
    await symlink(path.join(folder, 'm', 'real'), path.join(folder, 'a link'));
    await symlink(path.join(folder, 'm', 'real'), path.join(folder, 'z link'));
    const { samples } = await scanFolders([folder]);
    expect([...samples].map((sample) => sample.path)).toEqual([
      path.join(folder, 'm', 'real', 'x.png'),
    ]);
    await rm(folder, { recursive: true });
  });

  it('finds exact duplicates, whatever their names', () => {
    const group = index.duplicates.find((paths) => paths.includes(at('copy 1.png')));
    expect(group).toContain(at('deep', 'copy 2.png'));
  });

  it('counts', () => {
    expect(index.images).toBe(index.samples.length);
    expect(index.bytes).toBe([...index.samples].reduce((sum, sample) => sum + sample.bytes, 0));
    const counted = Object.values(index.formats).reduce((sum, n) => sum + n, 0);
    expect(counted).toBe(index.images);
  });

  it('has a fingerprint of names and contents, wherever the folder lies', async () => {
    expect((await scanFolders([root])).fingerprint).toBe(index.fingerprint);
    const identities = Array.from(
      index.samples,
      (sample) => `${path.relative(root, sample.path).replaceAll(path.sep, '/')}\0${sample.hash}`,
    );
    const wanted = createHash('sha256').update(identities.sort().join('\n')).digest('hex');
    expect(index.fingerprint).toBe(wanted);
    const other = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
    const again = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
    for (const folder of [other, again]) await picture().png().toFile(path.join(folder, 'x.png'));
    const first = (await scanFolders([other])).fingerprint;
    expect((await scanFolders([again])).fingerprint).toBe(first);
    await picture().png({ compressionLevel: 1 }).toFile(path.join(again, 'x.png'));
    expect((await scanFolders([again])).fingerprint).not.toBe(first);
    for (const folder of [other, again]) await rm(folder, { recursive: true });
  });

  it('refuses images above the pixel limit with a reason', async () => {
    const { unreadable } = await scanFolders([root], { pixelLimit: 3000 });
    const limited = unreadable.find((one) => one.path === at('a.avif'));
    expect(limited?.reason).toBe(
      'image has more pixels than the limit allows: 64 x 64, the limit is 3000; save a smaller copy, or a TIFF file with tiles',
    );
  });

  it.each([
    ['a folder that is missing', () => [at('missing')], 'folder-missing'],
    ['a file instead of a folder', () => [at('notes.txt')], 'folder-missing'],
  ])('refuses %s', async (_, folders, code) => {
    await expect(scanFolders(folders())).rejects.toMatchObject({ code });
  });

  it('names what cannot be read where nothing else is there', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
    await writeFile(path.join(folder, 'a.jpg'), '');
    await expect(scanFolders([folder])).rejects.toThrow('(a.jpg: file is empty)');
    await rm(folder, { recursive: true });
  });

  it('refuses folders without images', async () => {
    const empty = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
    await expect(scanFolders([empty])).rejects.toMatchObject({ code: 'no-images' });
    await rm(empty, { recursive: true });
  });
});

describe('a second scan', () => {
  it('reads only what changed', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
    const indexFile = path.join(folder, 'memory', 'images.index');
    const file = path.join(folder, 'x.png');
    await picture().png().toFile(file);
    const first = await scanFolders([folder], { indexFile });
    const when = new Date(first.samples.at(0)!.bytes);
    // Same size and time, other content: a scan that remembers does not look again.
    await utimes(file, when, when);
    const second = await scanFolders([folder], { indexFile });
    await writeFile(file, Buffer.alloc(first.samples.at(0)!.bytes));
    await utimes(file, when, when);
    expect([...(await scanFolders([folder], { indexFile })).samples]).toEqual([...second.samples]);
    await utimes(file, new Date(), new Date());
    await expect(scanFolders([folder], { indexFile })).rejects.toMatchObject({ code: 'no-images' });
    await rm(folder, { recursive: true });
  });
});

describe('a scan that finds nothing new', () => {
  it('writes nothing, so that it needs no space', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
    const indexFile = path.join(folder, 'memory', 'images.index');
    await picture().png().toFile(path.join(folder, 'a.png'));
    await writeFile(path.join(folder, 'broken.png'), 'broken');
    const scan = async () => {
      await scanFolders([folder], { indexFile });
      return (await stat(indexFile)).ino;
    };
    const [first, second] = [await scan(), await scan()];
    expect(second).toBe(first);
    await picture().png().toFile(path.join(folder, 'b.png'));
    expect(await scan()).not.toBe(first);
    // Of files that it cannot use nothing is remembered.
    expect((await readIndexFile(indexFile)).size).toBe(2);
    await rm(folder, { recursive: true });
  });
});

describe('an interrupted scan', () => {
  it('caches what it has read', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-scan-'));
    const indexFile = path.join(folder, 'images.index');
    for (let i = 0; i < 12; i++)
      await picture()
        .png()
        .toFile(path.join(folder, `${i}.png`));
    const stop = new AbortController();
    const scan = scanFolders([folder], {
      indexFile,
      signal: stop.signal,
      onProgress: ({ done }) => done === 3 && stop.abort(),
    });
    await expect(scan).rejects.toMatchObject({ name: 'AbortError' });
    expect((await readIndexFile(indexFile)).size).toBeGreaterThanOrEqual(3);
    await rm(folder, { recursive: true });
  });
});

describe('a damaged index file', () => {
  it('is an empty memory', async () => {
    const file = at('images.index');
    await writeFile(file, '{"version":3}\n{"path":"/x","byt');
    expect((await readIndexFile(file)).size).toBe(0);
    await rm(file);
  });
});

describe('bitmaps', () => {
  const rows: [number, number, number][][] = [
    [
      [1, 2, 3],
      [4, 5, 6],
      [250, 251, 252],
    ],
    [
      [7, 8, 9],
      [10, 11, 12],
      [0, 255, 0],
    ],
  ];
  it.each([false, true])('are decoded, top row first: %s', (topDown) => {
    const { width, height, data } = decodeBmp(bitmap(rows, topDown));
    expect([width, height]).toEqual([3, 2]);
    expect([...data]).toEqual(rows.flat(2));
  });

  it('are decoded in training too', async () => {
    expect([...(await decodeImage(at('a.bmp'))).data].slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('with a palette are decoded', () => {
    const bytes = new Uint8Array(54 + 8 + 4);
    const view = new DataView(bytes.buffer);
    bytes.set([0x42, 0x4d]);
    view.setUint32(10, 62, true);
    view.setUint32(14, 40, true);
    view.setInt32(18, 3, true);
    view.setInt32(22, 1, true);
    view.setUint16(28, 1, true);
    bytes.set([30, 20, 10, 0, 60, 50, 40, 0], 54);
    bytes[62] = 0b01000000;
    expect([...decodeBmp(bytes).data]).toEqual([10, 20, 30, 40, 50, 60, 10, 20, 30]);
  });

  it('are refused with a reason when compressed or absurd', () => {
    const bytes = bitmap(rows);
    new DataView(bytes.buffer).setUint32(30, 5, true);
    expect(() => decodeBmp(bytes)).toThrow('compressed');
    const huge = bitmap(rows);
    new DataView(huge.buffer).setInt32(18, 2 ** 30, true);
    expect(() => decodeBmp(huge)).toThrow('claims');
  });
});
