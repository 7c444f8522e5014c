/**
 * What the student saw, as a picture: of each image the masked view, the teacher's view, and this view
 * with each masked patch replaced by the one that the student took for it. Right ones have a green
 * frame, wrong ones a red one with a cross.
 */
import path from 'node:path';
import sharp from 'sharp';
import { countText } from '../contract/number-text.ts';
import { maskedPatches, type StudentStep, type TakenPatches } from '../contract/studio/student.ts';
import { newImage, type RgbImage } from '../data/pixels/image.ts';
import { svgPage, svgText } from './figures/svg.ts';
import type { StudentReport } from './student-report.ts';

const TILE = 176;
const GAP = 12;
const TOP = 76;
const CAPTION = 22;
const FOUND = '#15803d';
const MISTAKEN = '#dc2626';
const MASK_GREY = 128;

/** An SVG picture with a column for each of the given steps. */
export async function studentFigure(
  { name, dir, views }: StudentReport,
  steps: readonly StudentStep[],
): Promise<string> {
  const { rows, cols, images } = views;
  const grid = { rows, cols };
  const titles = [
    'Student’s view',
    'Teacher’s view',
    ...steps.map(({ step }) => `Step ${countText(step)}`),
  ];
  const x = (column: number) => GAP + column * (TILE + GAP);
  const height = (TILE * rows) / cols;
  const parts = [
    svgText(GAP, 30, `What the student of ${name} saw`, { size: 18, bold: true }),
    ...titles.map((title, i) => svgText(x(i), TOP - 12, title, { size: 13, bold: true })),
  ];
  for (const [i, image] of images.entries()) {
    const y = TOP + i * (height + GAP + CAPTION);
    const [student, teacher] = await Promise.all(
      [image.student, image.teacher].map((file) => decoded(path.join(dir, file))),
    );
    const mask = [...image.mask].map((covered) => covered === '1');
    const at = (column: number) => ({ x: x(column), y, width: TILE, height });
    parts.push(
      await pictureOf(masked(student!, mask, grid), at(0)),
      await pictureOf(teacher!, at(1)),
      svgText(x(0), y + height + 14, path.basename(image.path), { size: 11 }),
    );
    for (const [column, { images: found }] of steps.entries()) {
      const taken = found[i];
      if (taken === undefined) continue;
      const place = at(column + 2);
      const patches = maskedPatches(image, taken);
      const right = patches.filter(({ patch, taken: one }) => patch === one).length;
      parts.push(
        await pictureOf(withTaken(teacher!, image, taken, grid), place),
        ...patches.map(({ patch, taken: one }) => frame(patch, patch === one, grid, place)),
        svgText(place.x, y + height + 14, `${right} of ${patches.length} found`, { size: 11 }),
      );
    }
  }
  return svgPage(x(titles.length), TOP + images.length * (height + GAP + CAPTION), parts);
}

interface Grid {
  readonly rows: number;
  readonly cols: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function decoded(file: string): Promise<RgbImage> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Its pixels stay squares where it is enlarged. */
async function pictureOf({ width, height, data }: RgbImage, place: Place): Promise<string> {
  const scale = Math.max(1, Math.ceil((2 * place.width) / width));
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(width * scale, height * scale, { kernel: 'nearest' })
    .png()
    .toBuffer();
  return `<image x="${place.x}" y="${place.y}" width="${place.width}" height="${place.height}" href="data:image/png;base64,${png.toString('base64')}"/>`;
}

function masked(view: RgbImage, mask: readonly boolean[], grid: Grid): RgbImage {
  const covered = copyOf(view);
  for (const [patch, isMasked] of mask.entries())
    if (isMasked) eachRow(view, patch, grid, (from, to) => covered.data.fill(MASK_GREY, from, to));
  return covered;
}

/** The teacher's view with the patches that the student took. */
export function withTaken(
  view: RgbImage,
  image: { readonly mask: string },
  found: TakenPatches,
  grid: Grid,
): RgbImage {
  const filled = copyOf(view);
  for (const { patch, taken } of maskedPatches(image, found)) {
    const rows: number[] = [];
    eachRow(view, taken, grid, (from) => rows.push(from));
    eachRow(view, patch, grid, (from, to, y) =>
      filled.data.set(view.data.subarray(rows[y]!, rows[y]! + to - from), from),
    );
  }
  return filled;
}

/** Bytes of each row of pixels of a patch. */
function eachRow(
  { width, height }: RgbImage,
  patch: number,
  { rows, cols }: Grid,
  take: (from: number, to: number, y: number) => void,
): void {
  const [w, h] = [width / cols, height / rows];
  const [top, left] = [Math.floor(patch / cols) * h, (patch % cols) * w];
  for (let y = 0; y < h; y++) {
    const from = 3 * ((top + y) * width + left);
    take(from, from + 3 * w, y);
  }
}

function copyOf({ width, height, data }: RgbImage): RgbImage {
  const copy = newImage(width, height);
  copy.data.set(data);
  return copy;
}

function frame(patch: number, isRight: boolean, { rows, cols }: Grid, place: Place): string {
  const [w, h] = [place.width / cols, place.height / rows];
  const [x, y] = [place.x + (patch % cols) * w, place.y + Math.floor(patch / cols) * h];
  const colour = isRight ? FOUND : MISTAKEN;
  const box = `<rect x="${x + 0.75}" y="${y + 0.75}" width="${w - 1.5}" height="${h - 1.5}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  if (isRight) return box;
  const arm = Math.min(w, h) / 6;
  const [cx, cy] = [x + w / 2, y + h / 2];
  const cross = `M${cx - arm} ${cy - arm}L${cx + arm} ${cy + arm}M${cx - arm} ${cy + arm}L${cx + arm} ${cy - arm}`;
  return `${box}<path d="${cross}" stroke="${colour}" stroke-width="1.5"/>`;
}
