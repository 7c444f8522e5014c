/** Files of small labelled sets for tests. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import sharp from 'sharp';

/** Writes files below a folder; values that are no text are written as JSON. */
export async function writeFiles(
  root: string,
  files: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const [relative, content] of Object.entries(files)) {
    const file = path.join(root, relative);
    await mkdir(path.dirname(file), { recursive: true });
    const isPlain = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(file, isPlain ? content : JSON.stringify(content));
  }
}

let drawn = 0;

/** A photograph-like image; each has other content. @param orientation tag of a JPEG */
export async function photo(
  width: number,
  height: number,
  options: { readonly orientation?: number; readonly format?: 'jpeg' | 'png' } = {},
): Promise<Buffer> {
  const number = ++drawn;
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * 37 + number * 91 + (i >> 7) * 13) % 251,
  );
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  const { orientation, format = 'jpeg' } = options;
  if (orientation !== undefined) image.withMetadata({ orientation });
  return format === 'png' ? image.png().toBuffer() : image.jpeg({ quality: 95 }).toBuffer();
}

/** A mask in grey values of 8 or 16 bits. */
export function greyMask(
  width: number,
  height: number,
  valueAt: (x: number, y: number) => number,
  depth: 8 | 16 = 8,
): Uint8Array {
  const data = depth === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = valueAt(i % width, Math.floor(i / width));
  return encode({ width, height, data, depth, channels: 1 });
}

/** A mask of indices into a palette. */
export function paletteMask(
  width: number,
  height: number,
  valueAt: (x: number, y: number) => number,
  palette: number[][],
): Uint8Array {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    valueAt(i % width, Math.floor(i / width)),
  );
  return encode({ width, height, data, depth: 8, channels: 1, palette });
}

/** A mask in colours. */
export function colourMask(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly [number, number, number],
): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++)
    data.set(colourAt(i % width, Math.floor(i / width)), i * 3);
  return encode({ width, height, data, depth: 8, channels: 3 });
}
