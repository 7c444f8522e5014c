import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decode } from 'fast-png';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineParts } from '../../cli/parts.ts';
import { runCommand } from '../../cli/testing/fake-host.ts';
import { SMALL_PRETRAINING } from '../../cli/testing/small-pretraining.ts';
import { parseRecipe } from '../../contract/recipe.ts';
import { RandomStream } from '../../random/philox.ts';
import { pretrain } from '../../train/pretrain.ts';
import { lookupsOfRun, openLookup } from './lookups.ts';

const SIDE = 20;
const IMAGES = 9;
let root: string;
let workspace: string;
let photos: string;

/** Noise with a bright square at a place of its own. */
async function writePicture(file: string, id: number): Promise<void> {
  const random = new RandomStream(3, 'test', id);
  const [left, top] = [4 * random.integer(4), 4 * random.integer(4)];
  const data = Buffer.alloc(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const isIn = x >= left && x < left + 6 && y >= top && y < top + 6;
      for (let c = 0; c < 3; c++)
        data[(y * SIDE + x) * 3 + c] = (isIn ? 200 : 60) + random.integer(40);
    }
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(file);
}

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-lookup-'));
  workspace = path.join(root, 'workspace');
  photos = path.join(root, 'photos');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(photos);
  for (let id = 0; id < IMAGES; id++) await writePicture(path.join(photos, `${id}.png`), id);
  await writePicture(path.join(root, 'other.png'), 100);
  const recipe = parseRecipe({
    ...{ ...SMALL_PRETRAINING, mask_type: 'random_mps32', steps: 2, warmup_epochs: 0, workers: 0 },
    learning_measures: false,
  });
  await pretrain({ workspace, name: 'base', data: [photos], recipe, device: 'cpu' });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const insight = (...words: string[]) =>
  runCommand(['insight', 'lookup', 'base', ...words, '--workspace', workspace], engineParts(), {
    cwd: root,
  });

describe('conmim insight lookup', () => {
  it('builds an index, lists it, finds patches in it, and draws them', async () => {
    expect((await insight()).stdout).toContain('keeps no index');
    const early = await insight('--image', 'photos/1.png', '--patch', '1,2', '--json');
    expect(early.records.at(-1)).toMatchObject({ code: 'lookup-missing' });

    const built = await insight('--build', 'photos', '--words', '4', '--device', 'cpu', '--json');
    expect(built.code).toBe(0);
    const about = {
      ...{ step: 2, network: 'teacher', layer: 2, folder: photos, images: IMAGES },
      ...{ rows: 4, cols: 4, patches: IMAGES * 16, width: 24, cells: 12, words: 4, leftOut: 0 },
    };
    expect(built.records.at(-1)).toMatchObject({
      ...{ type: 'insight', view: 'lookup' },
      built: { ...about, recall: { k: 10, queries: 2 * IMAGES } },
    });
    const listed = await insight('--json');
    expect(listed.records).toMatchObject([{ kept: about }]);

    const png = path.join(root, 'patch.png');
    const found = await insight(
      '--image',
      'photos/1.png',
      '--patch',
      '1,2',
      '--png',
      png,
      '--json',
    );
    const [record] = found.records as [Record<string, never>];
    const { neighbours, scores } = record as unknown as {
      neighbours: { path: string; similarity: number }[];
      scores: { probabilities: number[]; mask: number[]; taken: number; batch: number };
    };
    expect(record).toMatchObject({
      query: {
        ...{ path: path.join(photos, '1.png'), row: 1, col: 2, image: 1 },
        // Scaled to 18 pixels, of which the middle 16 are seen.
        box: { x: 9 / 18, y: 5 / 18, width: 4 / 18, height: 4 / 18 },
      },
      png,
    });
    expect(neighbours).toHaveLength(10);
    const similarities = neighbours.map(({ similarity }) => similarity);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
    expect(neighbours.map((near) => near.path)).not.toContain(path.join(photos, '1.png'));
    expect(scores.probabilities.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
    expect(scores.mask[6]).toBe(1);
    expect(scores.batch).toBe(IMAGES);
    const { width, height } = decode(readFileSync(png));
    expect([width > 500, height > 500]).toEqual([true, true]);
    const text = await insight('--image', 'photos/1.png', '--patch', '1,2', '--k', '3');
    expect(text.stdout).toContain('Nearest patches to 1,2');
    expect(text.stdout).toMatch(/Within the image, the student (finds|takes)/);
  });

  it('finds the same for an image of the index and for its copy elsewhere', async () => {
    const lookup = await openLookup({ workspace, run: 'base' });
    const query = { row: 2, col: 1, k: 6, probes: lookup.about.cells, scores: true };
    const [copy] = [path.join(root, 'copy.png')];
    await sharp(readFileSync(path.join(photos, '4.png')))
      .png()
      .toFile(copy);
    const known = await lookup.find({ ...query, image: 4 });
    const elsewhere = await lookup.find({ ...query, image: copy, k: 7 });
    await lookup.close();
    // The copy finds the original as well, whose own patches are left out for itself.
    expect(elsewhere.neighbours[0]).toMatchObject({ image: 4, row: 2, col: 1 });
    expect(elsewhere.neighbours[0]!.similarity).toBeGreaterThan(0.999);
    const others = elsewhere.neighbours.filter(({ image }) => image !== 4);
    for (const [i, near] of others.slice(0, 3).entries())
      expect(near.similarity).toBeCloseTo(known.neighbours[i]!.similarity, 2);
    expect(elsewhere.query.image).toBeUndefined();
    expect(elsewhere.scores).toBeDefined();
  });

  it('browses images and words, the largest first', async () => {
    const lookup = await openLookup({ workspace, run: 'base' });
    expect(lookup.images(8, 5)).toEqual([
      { path: path.join(photos, '8.png'), width: SIDE, height: SIDE },
    ]);
    const words = lookup.words(0, 10);
    await lookup.close();
    const sizes = words.map(({ patches }) => patches);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(IMAGES * 16);
    for (const { examples } of words)
      for (const { path: file, box } of examples) {
        expect(file.startsWith(photos)).toBe(true);
        expect(box.x + box.width).toBeLessThanOrEqual(1);
      }
  });

  it('replaces an index of the same images and network', async () => {
    const [before] = await lookupsOfRun(workspace, 'base');
    await insight('--build', 'photos', '--words', '3');
    const after = await lookupsOfRun(workspace, 'base');
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({ dir: before!.dir, about: { words: 3 } });
  });

  it('names what is wrong', async () => {
    const wrong = async (...words: string[]) => {
      const { code, stderr } = await insight(...words);
      return `${code} ${stderr}`;
    };
    expect(await wrong('--image', 'photos/1.png')).toMatch(/^2 .*--patch ROW,COL is missing/s);
    expect(await wrong('--image', 'photos/1.png', '--patch', '9')).toMatch(/^2 .*such as 3,5/s);
    expect(await wrong('--image', 'photos/1.png', '--patch', '4,0')).toMatch(
      /^2 .*There is no patch 4,0: rows are 0 to 3/s,
    );
    expect(await wrong('--image', 'none.png', '--patch', '1,1')).toContain('none.png');
    expect(await wrong('--build', 'photos', '--image', 'a.png')).toMatch(/^2 .*exclude/s);
    expect(await wrong('--index', 'other', '--image', 'a.png', '--patch', '0,0')).toContain(
      'keeps no index "other"',
    );
    expect(await wrong('--build', 'photos', '--layer', '9')).toContain('no layer 9');
  });
});
