/**
 * A look-up as a picture: the image with its patch, the scores of the loss over it, and the nearest
 * patches, each above its image. Images are shown as the network sees them.
 */
import type { LookupAbout, LookupResult } from '../../contract/studio/lookup.ts';
import { loadEvalImages } from '../../data/views/eval-images.ts';
import { writePng } from '../../insight/figures/png.ts';
import { imagesOfModel, type Model } from '../../models/model.ts';

/** Of an image on the picture, at least, pixels. */
const SIDE = 168;
const GAP = 8;
const PER_ROW = 5;
const MARK: Rgb = [255, 120, 0];
const TAKEN: Rgb = [0, 200, 255];
const MOST_COLOUR: Rgb = [255, 230, 40];

type Rgb = readonly [number, number, number];

/** A picture of bytes, [height, width, 3]. */
class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3).fill(255);
  }

  set(x: number, y: number, colour: Rgb): void {
    this.data.set(colour, (y * this.width + x) * 3);
  }

  /** A part of a view, each pixel of it a square. */
  draw(view: View, at: Place, part: Place & Size, factor: number): void {
    for (let y = 0; y < part.height * factor; y++)
      for (let x = 0; x < part.width * factor; x++) {
        const from = [part.x + Math.floor(x / factor), part.y + Math.floor(y / factor)] as const;
        this.set(at.x + x, at.y + y, view.colourAt(...from));
      }
  }

  outline({ x, y }: Place, { width, height }: Size, colour: Rgb): void {
    for (const inset of [0, 1]) {
      const [right, bottom] = [x + width - 1 - inset, y + height - 1 - inset];
      for (let i = x + inset; i <= right; i++) {
        this.set(i, y + inset, colour);
        this.set(i, bottom, colour);
      }
      for (let i = y + inset; i <= bottom; i++) {
        this.set(x + inset, i, colour);
        this.set(right, i, colour);
      }
    }
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

/** An image as the network sees it. */
interface View extends Size {
  colourAt(x: number, y: number): Rgb;
}

/** @throws StudioError `target-taken`, `image-unreadable` */
export async function writeLookupFigure(
  file: string,
  { about, result, model }: { about: LookupAbout; result: LookupResult; model: Model },
): Promise<void> {
  const views = await readViews([result.query, ...result.neighbours], model);
  const [height, width] = about.imageSize;
  const factor = Math.max(1, Math.ceil(SIDE / Math.max(height, width)));
  const patch = { width: width / about.cols, height: height / about.rows };
  const tile = { width: width * factor, height: height * factor };
  // Patches are shown at a third of an image, whatever their size.
  const enlarged = Math.max(1, Math.round(tile.height / 3 / patch.height));
  const inset = { width: patch.width * enlarged, height: patch.height * enlarged };
  const perRow = Math.max(2, Math.min(PER_ROW, result.neighbours.length));
  const lines = Math.ceil(result.neighbours.length / perRow);
  const canvas = new Canvas(
    perRow * (tile.width + GAP) + GAP,
    GAP + tile.height + GAP + lines * (inset.height + tile.height + 3 * GAP),
  );
  const mark = (view: View, at: Place, { row, col }: { row: number; col: number }) => {
    canvas.draw(view, at, { x: 0, y: 0, width, height }, factor);
    const [x, y] = [at.x + col * patch.width * factor, at.y + row * patch.height * factor];
    const size = { width: patch.width * factor, height: patch.height * factor };
    canvas.outline({ x, y }, size, MARK);
  };
  mark(views[0]!, { x: GAP, y: GAP }, result.query);
  if (result.scores !== undefined) {
    const at = { x: 2 * GAP + tile.width, y: GAP };
    mark(scored(views[0]!, result.scores.probabilities, about), at, result.query);
    const { taken } = result.scores;
    const [row, col] = [Math.floor(taken / about.cols), taken % about.cols];
    const size = { width: patch.width * factor, height: patch.height * factor };
    const place = { x: at.x + col * size.width, y: at.y + row * size.height };
    if (row !== result.query.row || col !== result.query.col) canvas.outline(place, size, TAKEN);
  }
  for (const [i, near] of result.neighbours.entries()) {
    const view = views[i + 1]!;
    const x = GAP + (i % perRow) * (tile.width + GAP);
    const y =
      2 * GAP + tile.height + Math.floor(i / perRow) * (inset.height + tile.height + 3 * GAP);
    const part = { x: near.col * patch.width, y: near.row * patch.height, ...patch };
    canvas.draw(view, { x, y }, part, enlarged);
    mark(view, { x, y: y + inset.height + GAP }, near);
  }
  await writePng(file, canvas);
}

/** The view darkened, and lighter the more probable a patch is. */
function scored(view: View, probabilities: readonly number[], about: LookupAbout): View {
  const most = Math.max(...probabilities);
  const { width, height } = view;
  return {
    ...{ width, height },
    colourAt(x, y) {
      const row = Math.floor((y * about.rows) / height);
      const col = Math.floor((x * about.cols) / width);
      const share = probabilities[row * about.cols + col]! / most;
      const colour = view.colourAt(x, y);
      const mixed = (i: 0 | 1 | 2) =>
        Math.round(
          colour[i] * 0.45 * (1 - share) + (0.5 * colour[i] + 0.5 * MOST_COLOUR[i]) * share,
        );
      return [mixed(0), mixed(1), mixed(2)];
    },
  };
}

async function readViews(
  images: readonly { readonly path: string }[],
  model: Model,
): Promise<View[]> {
  const { mean, std, vit } = model;
  const [height, width] = vit.imageSize;
  const pixels = await loadEvalImages(images, imagesOfModel(model));
  const plane = height * width;
  return images.map((_, image) => {
    const byteAt = (channel: number, x: number, y: number) => {
      const value = pixels[(image * vit.channels + channel) * plane + y * width + x]!;
      const share = value * std[channel]! + mean[channel]!;
      return Math.round(255 * Math.min(1, Math.max(0, share)));
    };
    // Of one or two channels the first is shown as grey, of more the first three.
    const channel = (i: number) => (vit.channels >= 3 ? i : 0);
    return {
      ...{ width, height },
      colourAt: (x, y) => [
        byteAt(channel(0), x, y),
        byteAt(channel(1), x, y),
        byteAt(channel(2), x, y),
      ],
    };
  });
}
