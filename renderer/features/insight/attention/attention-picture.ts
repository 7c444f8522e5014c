/** The maps of a page as one PNG on white: images in rows, networks in columns. */
import { baseName } from '../../../ui/base-name.ts';
import { mapColours } from './map-colours.ts';
import { type AttentionView, type ShownAttention, shownMap } from './shown-attention.ts';

const SIDE = 300;
const GAP = 24;
const HEAD = 96;
const FOOT = 30;
const LINE = 20;
const INK = '#1f2937';

export async function attentionPicture(found: ShownAttention, view: AttentionView): Promise<Blob> {
  const { images, networks } = found;
  const pictures = await Promise.all(
    networks.map(({ pictures: addresses }) => Promise.all(addresses.map(loaded))),
  );
  const heights = images.map((_, row) =>
    Math.max(...pictures.map((column) => heightOf(column[row]!))),
  );
  const canvas = document.createElement('canvas');
  const left = (column: number) => GAP + column * (SIDE + GAP);
  canvas.width = left(networks.length + 1);
  canvas.height = HEAD + heights.reduce((sum, height) => sum + height + FOOT, 0);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = INK;
  context.imageSmoothingEnabled = false;
  context.font = '600 16px system-ui, sans-serif';
  for (const [column, { label }] of networks.entries())
    for (const [line, words] of linesOf(context, label).entries())
      context.fillText(words, left(column + 1), 26 + line * LINE, SIDE);
  context.font = '14px system-ui, sans-serif';
  let y = HEAD;
  for (const [row, file] of images.entries()) {
    const first = pictures[0]![row]!;
    context.drawImage(first, left(0), y, SIDE, heightOf(first));
    context.fillText(baseName(file), left(0), y + heightOf(first) + 18, SIDE);
    for (const [column, network] of networks.entries()) {
      const [x, picture] = [left(column + 1), pictures[column]![row]!];
      const height = heightOf(picture);
      context.drawImage(picture, x, y, SIDE, height);
      const map = shownMap(network, row, view);
      if (map === undefined) continue;
      context.globalAlpha = view.opacity / 100;
      context.drawImage(await createImageBitmap(mapColours(map)), x, y, SIDE, height);
      context.globalAlpha = 1;
      context.fillText(
        `${map.what}: highest ${map.peak.toFixed(1)} × even`,
        x,
        y + height + 18,
        SIDE,
      );
    }
    y += heights[row]! + FOOT;
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob),
    ),
  );
}

const heightOf = ({ naturalWidth, naturalHeight }: HTMLImageElement) =>
  Math.round((SIDE * naturalHeight) / naturalWidth);

async function loaded(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

const MOST_LINES = 3;

function linesOf(context: CanvasRenderingContext2D, text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= SIDE)
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.slice(0, MOST_LINES);
}
