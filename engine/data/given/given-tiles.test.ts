import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTiling } from '../../contract/settings/tiling.ts';
import { TIFF_CELLS } from '../../images/tiff/testing/cells.ts';
import { writeSlide } from '../pixels/tiles/testing/slide.ts';
import { givenImages } from './given-images.ts';
import { dividedImages } from './given-tiles.ts';

/** Two times, two slices, three channels. */
const stack = TIFF_CELLS.find(({ name }) => name.startsWith('OME TZCYX'))!;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-given-tiles-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('divides large images that are given, and passes on what is none', async () => {
  const slide = path.join(root, 'slide.tif');
  await writeFile(slide, writeSlide(512, { tile: 64 }));
  await writeFile(path.join(root, 'no.tif'), 'no picture');
  const given = async (tiles: string) => {
    const found: string[] = [];
    for await (const image of dividedImages(givenImages([root]), {
      tiles: readTiling(tiles)!,
      stacks: 'C',
    }))
      found.push(image.path.slice(root.length + 1));
    return found;
  };
  expect(await given('auto')).toEqual(['no.tif', 'slide.tif']);
  const tiles = await given('128');
  expect(tiles[0]).toBe('no.tif');
  // The four in the middle show tissue, and corners do not.
  for (const place of ['128,128', '256,256'])
    expect(tiles).toContain(`slide.tif#tile=0,${place},128`);
  expect(tiles).not.toContain('slide.tif#tile=0,0,0,128');
  expect(await given('128,all')).toHaveLength(17);
  expect(await given('128@1')).toEqual(['no.tif', 'slide.tif']);
});

it('gives stacks the channels of a training', async () => {
  const folder = await mkdtemp(path.join(root, 'stacks-'));
  await writeFile(path.join(folder, 'stack.tif'), stack.file);
  const given = async (stacks: 'C' | 'CZT') => {
    const found: string[] = [];
    for await (const image of dividedImages(givenImages([folder]), { tiles: 'auto', stacks }))
      found.push(path.basename(image.path));
    return found;
  };
  expect(await given('C')).toEqual(['stack.tif']);
  expect(await given('CZT')).toEqual(['stack.tif#channels=CZT']);
});
