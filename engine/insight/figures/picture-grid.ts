/** Pictures in rows and columns with captions, as an SVG picture. */
import { encode } from 'fast-png';
import type { RgbImage } from '../../data/pixels/image.ts';
import { INK, PALE_INK, svgPage, svgText } from './svg.ts';

export interface FigureCell {
  readonly picture: RgbImage;
  readonly caption: string;
}

export interface PictureGrid {
  readonly title: string;
  /** Headings of the columns. */
  readonly columns: readonly string[];
  /** Of as many cells as there are columns; undefined ones stay empty. */
  readonly rows: readonly (readonly (FigureCell | undefined)[])[];
}

/** Units of the picture. */
const SIDE = 168;
const GAP = 12;
const TOP = 40;
const LINE = 14;
const CAPTION = 18;
/** Letters of a heading that fit above a picture. */
const LETTERS = 27;

export function pictureGridSvg({ title, columns, rows }: PictureGrid): string {
  const headings = columns.map(linesOf);
  const head = TOP + LINE * Math.max(...headings.map(({ length }) => length));
  const heights = rows.map((row) =>
    Math.max(...row.map((cell) => (cell === undefined ? 0 : heightOf(cell.picture)))),
  );
  const parts = [svgText(GAP, 24, title, { size: 14, bold: true })];
  for (const [i, lines] of headings.entries())
    for (const [row, words] of lines.entries())
      parts.push(svgText(left(i), TOP + LINE * row + 8, words, { size: 11, fill: INK }));
  let y = head;
  for (const [at, row] of rows.entries()) {
    for (const [i, cell] of row.entries()) {
      if (cell === undefined) continue;
      const { picture, caption } = cell;
      const height = heightOf(picture);
      parts.push(
        `<image x="${left(i)}" y="${y}" width="${SIDE}" height="${height}" image-rendering="optimizeSpeed" preserveAspectRatio="none" href="${pngAddress(picture)}"/>`,
        svgText(left(i), y + height + 12, caption, { size: 10, fill: PALE_INK }),
      );
    }
    y += heights[at]! + CAPTION + GAP;
  }
  return svgPage(left(columns.length), y, parts);
}

const left = (column: number) => GAP + column * (SIDE + GAP);
const heightOf = ({ width, height }: RgbImage) => Math.round((SIDE * height) / width);

/** Words in lines that fit; those that are too long are broken. */
function linesOf(words: string): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ').flatMap(pieces)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LETTERS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string): string[] {
  return word.match(new RegExp(`.{1,${LETTERS}}`, 'gu')) ?? [];
}

function pngAddress({ width, height, data }: RgbImage): string {
  const bytes = encode({ width, height, channels: 3, data });
  return `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
}
