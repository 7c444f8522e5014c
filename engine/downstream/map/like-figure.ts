/**
 * An image and those of a map that are most similar to it, as a picture: as the network sees them, each
 * with its cosine distance.
 */
import path from 'node:path';
import type { LikeImage } from '../../contract/studio/map.ts';
import { loadEvalImages } from '../../data/views/eval-images.ts';
import { shownPixels } from '../../insight/attention/shown-pixels.ts';
import { type FigureCell, pictureGridSvg } from '../../insight/figures/picture-grid.ts';
import { rasterise, writePng } from '../../insight/figures/png.ts';
import { imagesOfModel, type Model } from '../../models/model.ts';
import { imageElements } from '../../nn/image-shape.ts';

const PER_ROW = 5;

/** @throws StudioError `target-taken`, `image-unreadable` */
export async function writeLikeFigure(
  file: string,
  { image, neighbours }: LikeImage,
  model: Model,
): Promise<void> {
  const pixels = await loadEvalImages([image, ...neighbours], imagesOfModel(model));
  const size = imageElements(model.vit);
  const { imageSize, channels } = model.vit;
  const given = { imageSize, channels, mean: model.mean, std: model.std };
  const cell = (at: number, caption: string): FigureCell => ({
    picture: shownPixels(pixels.subarray(at * size, (at + 1) * size), given),
    caption,
  });
  const near = neighbours.map(({ distance }, i) => cell(i + 1, `distance ${distance.toFixed(4)}`));
  const rows: (FigureCell | undefined)[][] = [[cell(0, path.basename(image.path))]];
  for (let at = 0; at < near.length; at += PER_ROW) rows.push(near.slice(at, at + PER_ROW));
  const columns = Array.from({ length: Math.min(PER_ROW, near.length) }, () => '');
  const title = `Most similar to ${path.basename(image.path)}`;
  await writePng(file, await rasterise(pictureGridSvg({ title, columns, rows })));
}
