import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTiling } from '../../contract/settings/tiling.ts';
import { writeSlide } from '../pixels/tiles/testing/slide.ts';
import { givenImages } from './given-images.ts';
import { inTiles } from './given-tiles.ts';

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
    for await (const image of inTiles(givenImages([root]), readTiling(tiles)!))
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
