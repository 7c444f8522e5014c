/** Pages of the lists of prediction jobs that say where things are, and pictures of their masks. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { isBackground } from '../contract/class-labels.ts';
import { defined } from '../contract/defined.ts';
import type { DensePredictionItem } from '../contract/studio/dense-predictions.ts';
import type {
  DensePageOrder,
  EncodedThumbnail,
  MaskPictureOrder,
  ToolOutput,
} from '../contract/tools.ts';
import { readMaskFile } from '../data/pixels/mask-pixels.ts';
import { classColour } from '../data/targets/class-colours.ts';
import type { Rgb } from '../data/targets/dense-types.ts';
import {
  LIST_FILE,
  type ListHead,
  type ListLine,
  readList,
  readListHead,
} from '../predictions/predictions-folder.ts';
import { damaged } from './prediction-table.ts';

interface Listed {
  readonly stamp: string;
  readonly head: ListHead | undefined;
  readonly lines: readonly ListLine[];
  /** Images with each class. */
  readonly counts: readonly number[];
}

const EMPTY: Listed = { stamp: '', head: undefined, lines: [], counts: [] };

export class DenseReader {
  #known: (Listed & { readonly folder: string }) | undefined;

  /** @throws StudioError `predictions-missing` */
  async page(order: DensePageOrder): Promise<ToolOutput<'densePredictions'>> {
    const { folder, offset, count, class: wanted } = order;
    const { head, lines, counts } = await this.#list(folder);
    const classes = head?.classes ?? [];
    const label = classes.findIndex(({ name }) => name === wanted);
    const rows = [...lines.keys()].filter(
      (row) => wanted === undefined || hasClass(lines[row]!, label),
    );
    return {
      classes: classes.map((one, i) => ({ ...one, colour: classColour(one, i) })),
      hasMasks: hasMasks(head),
      all: lines.length,
      total: rows.length,
      counts: [...counts],
      items: rows.slice(offset, offset + count).map((row) => ({
        ...itemOf(lines[row]!, row),
        ...defined({ overlay: overlayOf(folder, head, lines[row]!) }),
      })),
    };
  }

  /** @throws StudioError `predictions-missing` */
  async picture(order: MaskPictureOrder): Promise<EncodedThumbnail> {
    const { folder, row, side, class: wanted } = order;
    const { head, lines } = await this.#list(folder);
    const file = lines[row]?.file;
    if (head === undefined || !hasMasks(head) || file === undefined)
      throw damaged(path.join(folder, LIST_FILE), `has no mask of image ${row + 1}`);
    const at = path.join(folder, file);
    const { pixels } = await readMaskFile(at).catch(() => {
      throw damaged(at, 'cannot be read');
    });
    const colours = coloursOf(head, wanted);
    const { width, height } = pixels;
    const factor = Math.min(1, side / Math.max(width, height));
    const size = { width: scaled(width, factor), height: scaled(height, factor) };
    const data = new Uint8Array(4 * size.width * size.height);
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++) {
        const from = Math.floor(((y + 0.5) * height) / size.height) * width;
        const value = pixels.values[from + Math.floor(((x + 0.5) * width) / size.width)]!;
        const colour = colours.get(value);
        if (colour !== undefined) data.set([...colour, 255], 4 * (y * size.width + x));
      }
    const picture = sharp(data, { raw: { ...size, channels: 4 } }).webp({ lossless: true });
    return { type: 'image/webp', base64: (await picture.toBuffer()).toString('base64') };
  }

  /** The list is read again when it has changed. */
  async #list(folder: string): Promise<Listed> {
    const found = await stat(path.join(folder, LIST_FILE)).catch(() => undefined);
    // Before the first image there is no list yet.
    if (found === undefined) return EMPTY;
    const stamp = `${found.size} ${found.mtimeMs} ${found.ino}`;
    if (this.#known?.folder === folder && this.#known.stamp === stamp) return this.#known;
    const head = await readListHead(folder);
    const lines: ListLine[] = [];
    for await (const line of readList(folder)) lines.push(line);
    const counts = (head?.classes ?? []).map(
      (_, label) => lines.filter((line) => hasClass(line, label)).length,
    );
    this.#known = { folder, stamp, head, lines, counts };
    return this.#known;
  }
}

/** Whether the folder has masks of classes. */
function hasMasks(head: ListHead | undefined): boolean {
  return head?.format === 'masks' && head.kind === 'map';
}

function overlayOf(folder: string, head: ListHead | undefined, { file }: ListLine) {
  return head?.format === 'overlay' && file !== undefined ? path.join(folder, file) : undefined;
}

/** By value in masks. */
function coloursOf({ classes }: ListHead, wanted: string | undefined): ReadonlyMap<number, Rgb> {
  const shown = classes
    .map((one, label) => ({ ...one, colour: classColour(one, label) }))
    .filter((one) => (wanted === undefined ? !isBackground(one) : one.name === wanted));
  return new Map(shown.map(({ id, colour }) => [id, colour]));
}

function scaled(side: number, factor: number): number {
  return Math.max(1, Math.round(side * factor));
}

function hasClass({ shares, counts }: ListLine, label: number): boolean {
  return ((shares ?? counts)?.[label] ?? 0) > 0;
}

function itemOf({ path: at, width, height, shares, counts }: ListLine, row: number) {
  return {
    row,
    path: at,
    width,
    height,
    ...(shares && { shares: [...shares] }),
    ...(counts && { counts: [...counts] }),
  } satisfies DensePredictionItem;
}
