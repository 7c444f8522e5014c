/** Small images for tests; each number gives another image. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

/** Write `<root>/<relative>` in the format of its extension. Equal numbers give equal bytes. */
export async function writeSmallImage(root: string, relative: string, number: number) {
  const [width, height] = [12, 9];
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * 37 + number * 91) % 251,
  );
  const file = path.join(root, ...relative.split('/'));
  await mkdir(path.dirname(file), { recursive: true });
  await sharp(data, { raw: { width, height, channels: 3 } }).toFile(file);
  return file;
}
