// Render assets/icons/ from its drawings, each for a range of sizes: npm run icons || The formats
// are simple: an .ico is a table of PNG files, an .icns a list of tagged ones.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { ROOT } from './root.ts';

const folder = path.join(ROOT, 'assets', 'icons');

/** Sides in pixels of the PNG files. */
export const PNG_SIDES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Sides that Windows shows. */
export const ICO_SIDES = [16, 24, 32, 48, 64, 128, 256];
/**
 * Tags of the .icns format for PNG files, with their sides; a second tag of a side is for screens
 * of double density.
 */
export const ICNS_TAGS: readonly (readonly [tag: string, side: number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];
/** Drawings, their size in units, and the largest side in pixels for which each is used. */
const DRAWINGS = [
  { file: 'icon-tiny.svg', units: 16, upTo: 16 },
  { file: 'icon-small.svg', units: 32, upTo: 32 },
  { file: 'icon.svg', units: 1024, upTo: 1024 },
];

/**
 * @param images PNG bytes by side, 256 at most
 * @returns a Windows icon: a header, 16 bytes per image, then the PNG files
 */
export function icoOf(images: readonly (readonly [side: number, png: Buffer])[]): Buffer {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(([side, png], index) => {
    const at = 6 + 16 * index;
    // 256 does not fit into a byte and is written as 0.
    header.writeUInt8(side % 256, at);
    header.writeUInt8(side % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(([, png]) => png)]);
}

/**
 * @param images PNG bytes by tag
 * @returns a macOS icon: the word `icns` and the length, then tag, length and PNG of each image
 */
export function icnsOf(images: readonly (readonly [tag: string, png: Buffer])[]): Buffer {
  const entry = (tag: string, bytes: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(tag, 0, 'latin1');
    head.writeUInt32BE(8 + bytes.length, 4);
    return Buffer.concat([head, bytes]);
  };
  return entry('icns', Buffer.concat(images.map(([tag, png]) => entry(tag, png))));
}

async function render(side: number): Promise<Buffer> {
  const { file, units } = DRAWINGS.find(({ upTo }) => side <= upTo)!;
  const svg = await readFile(path.join(folder, file));
  // At 72 dots per inch one unit is drawn as one pixel.
  const density = Math.max(72, (72 * side) / units);
  return sharp(svg, { density }).resize(side, side).png({ compressionLevel: 9 }).toBuffer();
}

export async function main(): Promise<void> {
  const bySide = new Map<number, Buffer>();
  for (const side of PNG_SIDES) bySide.set(side, await render(side));
  await mkdir(path.join(folder, 'png'), { recursive: true });
  for (const [side, png] of bySide)
    await writeFile(path.join(folder, 'png', `${side}x${side}.png`), png);
  const ico = icoOf(ICO_SIDES.map((side) => [side, bySide.get(side)!]));
  await writeFile(path.join(folder, 'icon.ico'), ico);
  const icns = icnsOf(ICNS_TAGS.map(([tag, side]) => [tag, bySide.get(side)!]));
  await writeFile(path.join(folder, 'icon.icns'), icns);
}
