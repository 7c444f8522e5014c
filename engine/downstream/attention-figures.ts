/** Figures of attention maps: of one block the images below each other, of all blocks one an image. */
import path from 'node:path';
import {
  chosenMap,
  factsOfMap,
  type ImageAttention,
  type MapChoice,
} from '../contract/attention.ts';
import { StudioError } from '../contract/errors.ts';
import type { RgbImage } from '../data/pixels/image.ts';
import type { AttentionMaps } from '../insight/attention/attention-maps.ts';
import { drawMap } from '../insight/attention/draw-map.ts';
import { shownPixels } from '../insight/attention/shown-pixels.ts';
import { type FigureCell, pictureGridSvg } from '../insight/figures/picture-grid.ts';
import type { Attention, NetworkAttention } from './attention.ts';

export interface AttentionView {
  /** from 1 */
  readonly block: number | 'last' | 'all';
  /** from 1 */
  readonly head: number | 'mean' | 'all' | 'rollout';
  /** Share of the colours over the picture. */
  readonly cover: number;
}

export interface AttentionFigure {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

interface Column {
  readonly network: NetworkAttention;
  readonly heading: string;
  readonly of: MapChoice['of'];
}

/** @throws StudioError `layer-unknown`, `head-unknown` */
export function attentionFigures(found: Attention, view: AttentionView): AttentionFigure[] {
  const columns = found.networks.flatMap((network) => columnsOf(network, view));
  const { block } = view;
  const what = view.head === 'rollout' ? 'Attention rollout' : 'Attention of the class token';
  const heads = view.head === 'mean' ? ', mean of the heads' : '';
  const headings = ['image', ...columns.map(({ heading }) => heading)];
  if (block !== 'all') {
    const title = `${what}, ${block === 'last' ? 'last block' : `block ${block}`}${heads}`;
    const rows = found.images.map((file, image) => [
      pictureCell(found, image, fileText(file)),
      ...columns.map((column) => mapCell(column, image, blockIndex(column, block), view.cover)),
    ]);
    const svg = pictureGridSvg({ title, columns: headings, rows });
    return [{ file: 'attention.png', title, svg }];
  }
  const depth = Math.max(...found.networks.map(({ maps }) => maps.blocks));
  return found.images.map((file, image) => {
    const title = `${what}${heads}: ${fileText(file)}`;
    const rows = Array.from({ length: depth }, (_, b) => [
      pictureCell(found, image, `block ${b + 1}`),
      ...columns.map((column) =>
        b < column.network.maps.blocks ? mapCell(column, image, b, view.cover) : undefined,
      ),
    ]);
    const svg = pictureGridSvg({ title, columns: headings, rows });
    return { file: `attention-${String(image + 1).padStart(4, '0')}.png`, title, svg };
  });
}

function columnsOf(network: NetworkAttention, { head }: AttentionView): Column[] {
  const { label, maps, origin } = network;
  if (head === 'mean' || head === 'rollout') return [{ network, heading: label, of: head }];
  const heads = head === 'all' ? Array.from({ length: maps.heads }, (_, h) => h + 1) : [head];
  return heads.map((h) => {
    if (h > maps.heads)
      throw new StudioError('head-unknown', `${origin} has no head ${h} in a block.`, {
        advice: `Choose heads from 1 to ${maps.heads}, mean or all.`,
      });
    return { network, heading: `${label}, head ${h}`, of: h - 1 };
  });
}

function blockIndex({ network: { maps, origin } }: Column, block: number | 'last'): number {
  if (block === 'last') return maps.blocks - 1;
  if (block <= maps.blocks) return block - 1;
  throw new StudioError('layer-unknown', `${origin} has no block ${block}.`, {
    advice: `Choose blocks from 1 to ${maps.blocks}, last or all.`,
  });
}

/** With its folder, since those of several classes often have the same names. */
function fileText(file: string): string {
  return path.join(path.basename(path.dirname(file)), path.basename(file));
}

/** As the first network is given it. */
function pictureCell({ networks }: Attention, image: number, caption: string): FigureCell {
  return { picture: pictureOf(networks[0]!, image), caption };
}

function mapCell({ network, of }: Column, image: number, block: number, cover: number): FigureCell {
  const maps = imageAttention(network.maps, image);
  const values = chosenMap(maps, { block, of });
  const { rows, cols } = maps;
  return {
    picture: drawMap(pictureOf(network, image), { rows, cols, values }, cover),
    caption: `highest ${factsOfMap(values).peak.toFixed(1)} × even`,
  };
}

function pictureOf({ input, maps }: NetworkAttention, image: number): RgbImage {
  const size = maps.pixels.length / maps.images;
  return shownPixels(maps.pixels.subarray(image * size, (image + 1) * size), input);
}

/** The maps of one image. */
export function imageAttention(maps: AttentionMaps, image: number): ImageAttention {
  const { images, blocks, heads, rows, cols } = maps;
  const part = (all: Float32Array) => {
    const size = all.length / images;
    return all.subarray(image * size, (image + 1) * size);
  };
  return {
    blocks,
    heads,
    rows,
    cols,
    attention: part(maps.attention),
    rollout: part(maps.rollout),
  };
}
