// The map of a hundred thousand points in `npm run bench:ui`: its files, and movements on it.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { mapAboutSchema, mapSchema } from '../engine/contract/studio/map.ts';

export const MAPPED = 100_000;
const CLUSTERS = 20;
const WIDTH = 8;
/** Movements of the pointer in one drag. */
const MOVES = 40;

/** Points around twenty centres. @param files of which each stands for many points */
export function writeMap(
  workspace: string,
  run: string,
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
): void {
  const name = 'bench';
  const dir = path.join(workspace, 'runs', run, 'maps', name);
  mkdirSync(dir, { recursive: true });
  const each = <T>(value: (i: number) => T) => Array.from({ length: MAPPED }, (_, i) => value(i));
  const cluster = each((i) => i % CLUSTERS);
  // Golden angles spread the points of a cluster over a disc.
  const spread = (i: number) => 1.6 * Math.sqrt((i / MAPPED) * 1.0001);
  const place = (i: number, wave: (angle: number) => number) =>
    9 * wave((cluster[i]! / CLUSTERS) * 2 * Math.PI) + spread(i) * wave(i * 2.399963);
  const map = mapSchema.parse({
    ...{ format: 1, name, builtAt: '2026-01-01T00:00:00.000Z', run, step: 1, layer: 4 },
    ...{ pooling: 'mean', folder, fingerprint: '0'.repeat(64), images: MAPPED, sampled: MAPPED },
    ...{ width: WIDTH, neighbours: 15, epochs: 200, seed: 0, clusters: CLUSTERS, seconds: 1 },
    ...{ leftOut: 0, folders: ['.'], trustworthiness: { k: 15, images: 2000, value: 0.95 } },
    points: {
      path: each((i) => files[i % files.length]!),
      ...{ x: each((i) => place(i, Math.cos)), y: each((i) => place(i, Math.sin)), cluster },
      ...{ folder: each(() => 0), width: each(() => 160), height: each(() => 120) },
      ...{ outlier: each((i) => (i % 997) / 997), nearest: each((i) => (i + 1) % MAPPED) },
      similarity: each((i) => (i % 991) / 991),
    },
  });
  writeFileSync(path.join(dir, 'map.json'), JSON.stringify(map));
  writeFileSync(path.join(dir, 'about.json'), JSON.stringify(mapAboutSchema.parse(map)));
  writeFileSync(path.join(dir, 'features.f32'), new Uint8Array(MAPPED * WIDTH * 4));
}

type Place = readonly [x: number, y: number];

/** @param places in shares of the width and height of the map */
async function drag(page: Page, map: Locator, places: readonly Place[]): Promise<void> {
  const { x, y, width, height } = (await map.boundingBox())!;
  const at = ([across, down]: Place) => [x + across * width, y + down * height] as const;
  await page.mouse.move(...at(places[0]!));
  await page.mouse.down();
  for (const place of places.slice(1))
    await page.mouse.move(...at(place), { steps: Math.ceil(MOVES / (places.length - 1)) });
  await page.mouse.up();
}

export async function pan(page: Page, map: Locator): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await drag(page, map, [
      [0.5, 0.5],
      [0.7, 0.6],
      [0.4, 0.4],
      [0.5, 0.5],
    ]);
  }
}

/** In until pictures take the place of points, and out again. */
export async function wheel(page: Page, map: Locator): Promise<void> {
  const { x, y, width, height } = (await map.boundingBox())!;
  await page.mouse.move(x + 0.6 * width, y + 0.5 * height);
  for (const turn of [-60, 60])
    for (let i = 0; i < 60; i++) {
      await page.mouse.wheel(0, turn);
      await page.waitForTimeout(16);
    }
}

/** A line around half of all points. */
export async function lasso(page: Page, map: Locator): Promise<void> {
  await page.keyboard.down('Shift');
  await drag(page, map, [
    [0.1, 0.1],
    [0.5, 0.1],
    [0.5, 0.9],
    [0.1, 0.9],
    [0.1, 0.15],
  ]);
  await page.keyboard.up('Shift');
  await page.getByText(/[\d,]+ images selected/).waitFor();
}
