import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decode } from 'fast-png';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { modeText } from '../contract/mode.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import type { CompareOrder } from './compare.ts';
import type { Comparison } from './comparison.ts';
import { type PartialOrder, partial } from './partial.ts';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);

beforeEach(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-partial-'));
  await exportSafetensors(at('model.safetensors'), tinyModel({ depth: 3 }));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Trains nothing: more tuned blocks score higher, and pre-trained networks above others. */
async function compared({ modes, seeds }: CompareOrder): Promise<Comparison> {
  const rows = modes.flatMap((mode, i) =>
    (['scratch', 'pretrained'] as const).map((start) => {
      const value = 0.2 + 0.1 * i + (start === 'pretrained' ? 0.3 : 0);
      const score = { value, low: value - 0.05, high: value + 0.05 };
      const about = { fraction: 1, labelled: 60, lowest: value, highest: value };
      return { ...about, mode: modeText(mode), start, seeds, score };
    }),
  );
  const primary = { name: 'top1', better: 'higher' } as const;
  // In another order than that of the axis.
  return { task: 'classify', primary, images: 30, cells: [], rows: rows.reverse(), gains: [] };
}

const run = (over: Partial<PartialOrder> = {}) =>
  partial(
    {
      workspace: root,
      task: undefined,
      from: { reference: at('model.safetensors') },
      labelled: {
        train: at('train'),
        val: null,
        valFraction: 0.1,
        splitSeed: 0,
        leaveOutLeaks: false,
      },
      seeds: 2,
      overrides: {},
      folder: root,
      device: 'cpu',
      out: at('out'),
      ...over,
    },
    compared,
  );

it('tunes from the head alone to everything, at all of the labels', async () => {
  const { curve, files } = await run();
  expect(curve).toMatchObject({ depth: 3, labelled: 60, images: 30 });
  expect(curve.points.map(({ blocks, start }) => `${blocks} ${start}`)).toEqual(
    [0, 1, 2, 'all'].flatMap((blocks) => [`${blocks} pretrained`, `${blocks} scratch`]),
  );
  expect(files.map((file) => path.relative(at('out'), file))).toEqual([
    'partial.json',
    'partial.csv',
    'partial.png',
  ]);
  const lines = readFileSync(at('out/partial.csv'), 'utf8').trim().split('\n');
  expect(lines[0]).toBe('blocks,start,labelled,seeds,top1,low,high');
  expect(lines).toHaveLength(9);
  expect(lines[7]).toBe('all,pretrained,60,2,0.8000,0.7500,0.8500');
  const { points } = JSON.parse(readFileSync(at('out/partial.json'), 'utf8'));
  expect(points[0]).toMatchObject({ blocks: 0, start: 'pretrained', top1: { value: 0.5 } });
  expect(decode(readFileSync(at('out/partial.png'))).width).toBe(1280);
});

it('takes the numbers that are asked for, and replaces its own figure', async () => {
  await run({ blocks: [0, 'all', 3] });
  const { curve } = await run({ blocks: [0, 'all', 3] });
  expect([...new Set(curve.points.map(({ blocks }) => blocks))]).toEqual([0, 'all']);
});

it('replaces no picture of others', async () => {
  await run();
  writeFileSync(at('out/partial.png'), 'a letter');
  await expect(run()).rejects.toMatchObject({ code: 'target-taken' });
});
