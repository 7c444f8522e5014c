/** Figures as PNG files that say which program drew them, so that a command replaces its own only. */
import { readFile, writeFile } from 'node:fs/promises';
import { encode } from 'fast-png';
import sharp from 'sharp';
import type { RgbImage } from '../../data/pixels/image.ts';
import { writeFileAtomically } from '../../disk/atomic-file.ts';

const SOFTWARE = 'ConMIM Studio';
/** As in the chunk tEXt of a PNG file. */
const SIGNATURE = Buffer.from(`Software\0${SOFTWARE}`, 'latin1');

/** An SVG picture in pixels. @param scale pixels for each unit of the picture */
export async function rasterise(svg: string, scale = 2): Promise<RgbImage> {
  // A unit of SVG is a pixel at 72 dots an inch.
  const { data, info } = await sharp(Buffer.from(svg), { density: 72 * scale })
    .flatten({ background: '#ffffff' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** @throws StudioError `target-taken`, and what the disk says */
export async function writePng(file: string, { width, height, data }: RgbImage): Promise<void> {
  const bytes = encode({ width, height, channels: 3, data, text: { Software: SOFTWARE } });
  await writeFileAtomically(file, (beside) => writeFile(beside, bytes), undefined, isOwnFigure);
}

async function isOwnFigure(file: string): Promise<boolean> {
  return (await readFile(file)).includes(SIGNATURE);
}
