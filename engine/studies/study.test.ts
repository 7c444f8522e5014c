/** Studies with trainings that write a log, and judges that answer by the settings. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import { summarise } from '../contract/study/summary.ts';
import { presets } from '../recipes/presets.ts';
import { listRuns, RunFolder } from '../runs/run-folder.ts';
import type { PretrainOrder } from '../train/pretrain.ts';
import { readStudy } from './read-study.ts';
import { type StudyOrder, type StudyParts, study } from './study.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'conmim-study-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const order = (more: Partial<StudyOrder> = {}): StudyOrder => ({
  workspace: base,
  name: 'mine',
  recipeName: 'micro',
  recipe: presets.micro.recipe,
  data: ['/images'],
  vary: ['temperature=0.05,0.1'],
  search: 'grid',
  seeds: 2,
  steps: 40,
  judge: { name: 'knn', k: 5 },
  train: '/train',
  eval: '/test',
  device: 'cpu',
  out: path.join(base, 'study'),
  ...more,
});

/** What was done, in order. */
let log: string[];
beforeEach(() => {
  log = [];
});

interface Behaviour {
  /** The number of this training ends early. */
  readonly stopAt?: number;
  readonly divergesAt?: number;
}

function fakeParts({ stopAt, divergesAt }: Behaviour = {}): StudyParts {
  let trainings = 0;
  const finish = async (run: RunFolder) => {
    const { totalSteps } = run.record;
    for (let step = 1; step <= totalSteps; step++)
      appendFileSync(
        run.eventsFile,
        `${JSON.stringify({ type: 'step', step, loss: 5 - step / 100, score: step / 1000, stepMs: 90, dataWaitMs: 10 })}\n`,
      );
    await run.update({ status: 'done', step: totalSteps });
    return { status: 'done' as const, step: totalSteps, checkpoint: '', images: 8 };
  };
  const pretrain = async (request: PretrainOrder) => {
    const { recipe, name, workspace } = request;
    log.push(`train ${recipe.temperature} seed ${recipe.seed} steps ${recipe.steps}`);
    const run = await RunFolder.create(workspace, {
      ...{ name, kind: 'pretrain', device: 'cpu', versions: {} },
      totalSteps: recipe.steps!,
      recipe: { ...recipe },
      dataset: { folders: [...request.data], images: 8, fingerprint: 'f' },
      study: request.study,
    });
    const { id, dir } = { id: run.record.id, dir: run.dir };
    request.onRun?.({ id, dir, device: 'cpu', images: 8, totalSteps: recipe.steps! });
    const nth = trainings++;
    if (nth === divergesAt)
      throw new StudioError('training-diverged', 'It diverged.', {
        details: { step: 1, rewinds: 0 },
      });
    if (nth !== stopAt) return finish(run);
    await run.update({ status: 'stopped', step: 1 });
    return {
      status: 'stopped' as const,
      step: 1,
      checkpoint: '',
      images: 8,
      interruptedBy: 'SIGTERM' as const,
    };
  };
  return {
    pretrain: pretrain as unknown as StudyParts['pretrain'],
    async resumeRun({ run: dir, onRun }) {
      const run = await RunFolder.open(dir);
      log.push(`resume ${run.record.name}`);
      onRun?.({ id: run.record.id, dir, device: 'cpu', images: 8, totalSteps: 40 });
      return finish(run) as never;
    },
    openJudge: async () => ({
      sizes: { train: 4, eval: 6, classes: 2 },
      async judge({ recipe, untrained }) {
        log.push(`judge ${recipe.temperature}${untrained === undefined ? ' and untrained' : ''}`);
        return { score: 0.2 + recipe.temperature + recipe.seed / 100, untrained: untrained ?? 0.2 };
      },
    }),
  };
}

describe('a study', () => {
  it('trains every combination with every seed, and judges the untrained network once a seed', async () => {
    const found = await study(order(), fakeParts());
    expect(log).toEqual([
      'train 0.05 seed 0 steps 40',
      'judge 0.05 and untrained',
      'train 0.1 seed 0 steps 40',
      'judge 0.1',
      'train 0.05 seed 1 steps 40',
      'judge 0.05 and untrained',
      'train 0.1 seed 1 steps 40',
      'judge 0.1',
    ]);
    expect(found).toMatchObject({ images: 8, judge: { train: 4, eval: 6 }, reference: 1 });
    const { best } = summarise(found);
    expect(best!.settings).toEqual({ temperature: '0.1' });
    expect(best!.score.value).toBeCloseTo(0.305, 10);
    // The cost: 40 steps of 100 ms, and the match of the last twentieth of them.
    expect(best).toMatchObject({ seconds: 4 });
    expect(best!.match).toBeCloseTo(0.0395, 10);
    expect(await readStudy(order().out)).toMatchObject({ results: found.results });
    const { runs } = await listRuns(base);
    expect(runs.map(({ record }) => record.name).sort()).toEqual([
      'mine-1-seed-0',
      'mine-1-seed-1',
      'mine-2-seed-0',
      'mine-2-seed-1',
    ]);
  });

  it('resumes an interrupted training, and trains nothing twice', async () => {
    await expect(study(order(), fakeParts({ stopAt: 1 }))).rejects.toMatchObject({
      code: 'study-stopped',
      details: { signal: 'SIGTERM' },
    });
    log = [];
    const found = await study(order(), fakeParts());
    expect(log.slice(0, 3)).toEqual([
      'resume mine-2-seed-0',
      'judge 0.1',
      'train 0.05 seed 1 steps 40',
    ]);
    expect(found.results).toHaveLength(4);
    log = [];
    await study(order(), fakeParts());
    expect(log).toEqual([]);
  });

  it('takes further seeds, and no other settings', async () => {
    await study(order({ seeds: 1 }), fakeParts());
    log = [];
    await study(order(), fakeParts());
    expect(log.filter((line) => line.startsWith('train'))).toEqual([
      'train 0.05 seed 1 steps 40',
      'train 0.1 seed 1 steps 40',
    ]);
    await expect(study(order({ steps: 50 }), fakeParts())).rejects.toMatchObject({
      code: 'study-changed',
    });
    await expect(study(order({ vary: ['lr=1e-3'] }), fakeParts())).rejects.toMatchObject({
      code: 'study-changed',
    });
  });

  it('counts a training that diverges as the worst, and goes on', async () => {
    const found = await study(order({ seeds: 1 }), fakeParts({ divergesAt: 1 }));
    expect(found.failures).toMatchObject([{ trial: 1, seed: 0, message: 'It diverged.' }]);
    expect(summarise(found).rows.map(({ trial }) => trial)).toEqual([0]);
    expect(readFileSync(path.join(order().out, 'study.md'), 'utf8')).toContain(
      'temperature=0.1: 1 training diverged',
    );
  });

  it('trains the best third again, three times as long', async () => {
    const vary = ['temperature=0.05,0.1,0.2,0.3'];
    await study(order({ vary, search: 'halving', trials: 4, seeds: 1 }), fakeParts());
    expect(log.filter((line) => line.startsWith('train')).map((line) => line.slice(6))).toEqual([
      ...(await readStudy(order().out)).trials.map(
        (one) => `${one['temperature']} seed 0 steps 13`,
      ),
      ...['0.3 seed 0 steps 40', '0.2 seed 0 steps 40'],
    ]);
  });

  it('writes a table and a figure for each setting', async () => {
    await study(order(), fakeParts());
    const csv = readFileSync(path.join(order().out, 'study.csv'), 'utf8');
    expect(csv.split('\n')[0]).toMatch(/^temperature,trial,round,steps,seed,score,untrained/);
    expect(csv.trim().split('\n')).toHaveLength(5);
    const table = readFileSync(path.join(order().out, 'study.md'), 'utf8');
    expect(table).toContain(
      '| 0.1 | 40 | 2 | 30.5 % (24.1 to 36.9) | +10.5 (+4.1 to +16.9) | the recipe |',
    );
    expect(table).toContain('| 0.05 | 40 | 2 | 25.5 % (19.1 to 31.9) | +5.5');
    expect(table).toContain('−5.0 (−5.0 to −5.0)');
    const figure = readFileSync(path.join(order().out, 'study-temperature.svg'), 'utf8');
    expect(figure).toContain('kNN accuracy by temperature');
    expect(figure).not.toContain('var(');
  });

  it('trains with the seeds from the recipe’s on, and says so', async () => {
    const recipe = { ...presets.micro.recipe, seed: 3 };
    const found = await study(order({ recipe, vary: ['temperature=0.05'] }), fakeParts());
    expect(log.filter((line) => line.startsWith('train'))).toEqual([
      'train 0.05 seed 3 steps 40',
      'train 0.05 seed 4 steps 40',
    ]);
    expect(found.results.map(({ seed }) => seed)).toEqual([3, 4]);
    const { runs } = await listRuns(base);
    expect(runs.map(({ record }) => record.name).sort()).toEqual([
      'mine-1-seed-3',
      'mine-1-seed-4',
    ]);
  });

  it('has one column of steps where they are varied', async () => {
    await study(order({ vary: ['batch_size:steps=4:40,2:80'], seeds: 1 }), fakeParts());
    const [header, ...rows] = readFileSync(path.join(order().out, 'study.csv'), 'utf8').split('\n');
    expect(header).toMatch(/^batch_size,trial,round,steps,seed,score/);
    expect(rows[1]).toMatch(/^2,1,0,80,0,/);
    const table = readFileSync(path.join(order().out, 'study.md'), 'utf8');
    expect(table).toMatch(/^\| batch_size \| steps \| seeds \|/);
    expect(table).toContain('| 2 | 80 | 1 | ');
  });

  it('refuses a folder with something else of that name', async () => {
    await study(order({ seeds: 1 }), fakeParts());
    const file = path.join(order().out, 'study.json');
    expect(existsSync(file)).toBe(true);
    rmSync(file);
    appendFileSync(file, '{"other": 1}');
    await expect(study(order(), fakeParts())).rejects.toMatchObject({ code: 'target-taken' });
  });
});
