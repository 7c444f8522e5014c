/** The judge against the command `knn`, on the same run and images. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMALL_PRETRAINING } from '../cli/testing/small-pretraining.ts';
import { parseRecipe, type Recipe } from '../contract/recipe.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { presets } from '../recipes/presets.ts';
import { knn } from '../tasks/knn/evaluate.ts';
import { pretrain } from '../train/pretrain.ts';
import { initialKey, NeighbourJudge } from './judge.ts';

let base: string;
let run: { dir: string; recipe: Recipe };
const at = (name: string) => path.join(base, name);

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'conmim-judge-'));
  let number = 0;
  for (const split of ['train', 'test'])
    for (const name of ['cat', 'dog'])
      for (let i = 0; i < 4; i++)
        await writeSmallImage(base, `${split}/${name}/${i}.png`, number++ * 7);
  const recipe = parseRecipe(presets.micro.recipe, {
    ...SMALL_PRETRAINING,
    ...{ steps: 2, warmup_epochs: 0, workers: 0 },
  });
  let dir = '';
  await pretrain({
    ...{ workspace: base, name: 'judged', data: [at('train')], recipe, device: 'cpu' },
    onRun(started) {
      dir = started.dir;
    },
  });
  run = { dir, recipe };
}, 120_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const order = () => ({ workspace: base, train: at('train'), eval: at('test'), k: 3 });

it('gives the accuracy of the command knn, and that of the untrained network', async () => {
  const judge = await NeighbourJudge.open(order());
  expect(judge.sizes).toEqual({ train: 8, eval: 8, classes: 2 });
  const judged = await judge.judge({ ...run, device: 'cpu' });
  const { report } = await knn({
    ...{ workspace: base, train: at('train'), val: at('test'), ks: [3], device: 'cpu' },
    from: { reference: run.dir, network: 'teacher' },
  });
  expect(judged.score).toBe(report.evaluation.top1.value);
  expect(judged.untrained).toBeGreaterThanOrEqual(0);
  const again = await judge.judge({ ...run, device: 'cpu', untrained: 0.123 });
  expect(again).toEqual({ score: judged.score, untrained: 0.123 });
});

it('leaves out an image that cannot be decoded any more', async () => {
  const judge = await NeighbourJudge.open(order());
  writeFileSync(at('test/cat/0.png'), 'nothing');
  const { score } = await judge.judge({ ...run, device: 'cpu' });
  // Of the seven others.
  expect(score * 7).toBeCloseTo(Math.round(score * 7), 9);
});

it('knows networks that start equal, whatever else is varied', () => {
  const { recipe } = presets.micro;
  const other = parseRecipe(recipe, { temperature: 0.2, lr: 0.01, mask_ratio: 0.5 });
  expect(initialKey(other)).toBe(initialKey(recipe));
  for (const change of [{ depth: 5 }, { init_std: 0.05 }, { seed: 1 }, { image_size: 64 }])
    expect(initialKey(parseRecipe(recipe, change)), JSON.stringify(change)).not.toBe(
      initialKey(recipe),
    );
});
