import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanFolders } from '../scan/scan.ts';
import { doubtText, findDoubts } from './doubts.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-doubts-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A ramp in both directions from `low` over `span` values. */
function ramp(name: string, low: number, span: number, side = 160) {
  const data = Uint8Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side), i % side];
    return low + Math.floor(((x + y) * span) / (2 * side));
  });
  const file = path.join(folder, name);
  const image = sharp(data, { raw: { width: side, height: side, channels: 1 } });
  return image.toColourspace('b-w').png().toFile(file);
}

describe('a set of which many images show little', () => {
  it('reports how many are of one colour or use a part of the range, with examples', async () => {
    for (let i = 0; i < 6; i++) {
      await ramp(`whole-${i}.png`, 0, 250 - i);
      await ramp(`dark-${i}.png`, 0, 60 - i);
      await ramp(`black-${i}.png`, 0, 3, 40 + i);
    }
    const { doubts } = await scanFolders([folder]);
    expect(doubts).toHaveLength(2);
    expect(doubts[0]).toMatch(/nearly of one colour.*: 6 of 18: .*black-0\.png; .*; …$/);
    expect(doubts[1]).toMatch(/quarter of the range.*: 6 of 18: .*dark-0\.png; .*; …$/);
  });

  it('reports no single images, no icons, and nothing that an older scan did not count', () => {
    const image = { path: '/a.png', width: 200, height: 200, phash: 'a', levels: 200, span: 250 };
    const few = { ...image, levels: 2 };
    const many = Array.from({ length: 99 }, () => image);
    expect(findDoubts([...many, few])).toEqual([]);
    expect(findDoubts([{ ...few, width: 16, height: 16 }])).toEqual([]);
    expect(findDoubts([few]).map(({ code }) => code)).toEqual(['few-levels']);
    const { levels, span, ...older } = image;
    expect(findDoubts([older])).toEqual([]);
  });

  it('reports every image with a dropped channel', () => {
    const image = { path: '/a.tif', width: 200, height: 200, phash: 'a', levels: 200, span: 250 };
    const many = Array.from({ length: 99 }, () => image);
    const [doubt] = findDoubts([...many, { ...image, extraChannel: true }]);
    expect(doubtText(doubt!)).toMatch(/near infrared.*: 1 of 100: \/a\.tif$/);
  });
});
