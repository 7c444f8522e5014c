import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../checkpoint/checkpoint.ts';
import { StudioError } from '../contract/errors.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { neighbourListSchema } from '../contract/studio/neighbours.ts';
import { readNpyHeader } from '../formats/npy.ts';
import { openContinuation } from '../models/continue-from.ts';
import { RandomStream } from '../random/philox.ts';
import type { TrainingEvent } from '../runs/events.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { EvaluationReport } from '../tasks/classify/metrics.ts';
import type { ClassifierReport } from '../tasks/classify/report.ts';
import { knn } from '../tasks/knn/evaluate.ts';
import type { LabelledReport } from '../tasks/labelled-task.ts';
import { pretrain } from '../train/pretrain.ts';
import { resumeRun } from '../train/resume-run.ts';
import { embed } from './embed.ts';
import { evaluate } from './evaluate.ts';
import { type FinetuneOrder, finetune } from './finetune.ts';

const SIDE = 16;
const CLASSES = ['dots', 'lines', 'plain'];
let root: string;
let workspace: string;

/** A noisy picture of a kind: real files, told apart by what is in them. */
async function picture(file: string, kind: number, id: number): Promise<void> {
  const random = new RandomStream(3, 'test', id);
  const tint = [random.between(60, 200), random.between(60, 200), random.between(60, 200)];
  const phase = random.integer(4);
  const data = Buffer.alloc(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const dark =
        kind === 0 ? (x + phase) % 4 < 2 && (y + phase) % 4 < 2 : kind === 1 && (y + phase) % 4 < 2;
      for (let c = 0; c < 3; c++) {
        const value = tint[c]! * (dark ? 0.3 : 1) + 8 * random.normal();
        data[(y * SIDE + x) * 3 + c] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(file);
}

async function pictures(folder: string, perClass: number, first: number): Promise<void> {
  for (const [kind, name] of CLASSES.entries()) {
    mkdirSync(path.join(root, folder, name), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const id = first + kind * perClass + i;
      await picture(path.join(root, folder, name, `${id}.png`), kind, id);
    }
  }
}

const network = {
  image_size: SIDE,
  patch_size: 4,
  embed_dim: 24,
  depth: 2,
  heads: 2,
  layer_scale: 1,
  init_std: 0.15,
  rel_pos_init: 'distance',
  mean: 'half',
  std: 'half',
};
const quick = {
  batch_size: 12,
  epochs: 12,
  warmup_epochs: 1,
  lr: 3e-3,
  min_steps: 0,
  drop_path: 0,
  head_init_scale: 1,
  workers: 0,
  erase: 0,
  crop_min_area: 0.8,
  rand_augment: false,
  color_jitter: 0,
  layer_decay: 1,
};
/** Where what is learnt does not matter. */
const short = { ...quick, epochs: 1, warmup_epochs: 0 };
let pretrained: string;

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-downstream-'));
  workspace = path.join(root, 'workspace');
  await pictures('train', 16, 0);
  await pictures('test', 10, 1000);
  const recipe = parseRecipe({
    ...network,
    mlp_dim: 16,
    proj_dim: 8,
    mask_type: 'random_mps32',
    mask_cell: 4,
    batch_size: 12,
    steps: 4,
    warmup_epochs: 1,
    workers: 0,
  });
  const request = { workspace, name: 'base', data: [path.join(root, 'train')], recipe };
  await pretrain({ ...request, device: 'cpu', onRun: ({ dir }) => (pretrained = dir) });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string) => path.join(root, name);
const labelled = (over: object = {}) => ({
  train: at('train'),
  val: at('test') as string | null,
  valFraction: 0.25,
  fraction: 1,
  splitSeed: 0,
  fractionSeed: 0,
  leaveOutLeaks: false,
  ...over,
});
function order(over: Partial<FinetuneOrder> = {}): FinetuneOrder {
  return {
    workspace,
    from: { reference: pretrained },
    labelled: labelled(),
    overrides: quick,
    folder: root,
    mode: { kind: 'full' },
    device: 'cpu',
    ...over,
  };
}
function scratchRecipe(): string {
  const file = at('scratch.json');
  writeFileSync(file, JSON.stringify({ ...network, ...quick }));
  return file;
}

function evaluationOf(report: LabelledReport | undefined): EvaluationReport {
  return report?.evaluation as EvaluationReport;
}

describe('from labelled pictures to an evaluated classifier', () => {
  it('fine-tunes, evaluates the saved run to the same numbers, and writes tables', async () => {
    let dir = '';
    const loaded: string[][] = [];
    const { report, best, files } = await finetune(
      order({
        overrides: { ...quick, epochs: 30, eval_every: 10 },
        onRun: (run) => (dir = run.dir),
        onLoaded: ({ leftAtStart }) => loaded.push([...leftAtStart]),
      }),
    );
    expect(loaded).toEqual([['fc_norm.weight', 'fc_norm.bias', 'head.weight', 'head.bias']]);
    expect(evaluationOf(report).top1.value).toBeGreaterThan(0.8);
    const judged = await evaluate({
      workspace,
      model: { reference: dir },
      data: at('test'),
      out: at('results'),
      device: 'cpu',
    });
    expect(evaluationOf(judged.report).top1).toEqual(evaluationOf(report).top1);
    expect(evaluationOf(judged.report).loss).toBeCloseTo(best!.values['loss']!, 5);
    const table = readFileSync(at('results/predictions.csv'), 'utf8').trim().split('\n');
    expect(table).toHaveLength(31);
    expect(table[0]).toBe('path,label,predicted,confidence,correct,p_dots,p_lines,p_plain');
    // The run has kept the same files of its own.
    const kept = path.join(dir, 'evaluation');
    const own = (name: string) => readFileSync(path.join(kept, name), 'utf8');
    expect(files).toEqual(judged.files.map((file) => path.join(kept, path.basename(file))));
    const byClass = (text: string) => text.split('\n').map((line) => line.split(',').slice(0, 3));
    expect(byClass(own('predictions.csv'))).toEqual(
      byClass(readFileSync(at('results/predictions.csv'), 'utf8')),
    );
    const { confusion, images } = evaluationOf(judged.report);
    expect(JSON.parse(own('metrics.json'))).toMatchObject({ task: 'classify', images, confusion });
    const reference = await evaluate({
      workspace,
      model: { reference: dir },
      data: at('test'),
      device: 'reference',
    });
    expect(evaluationOf(reference.report).loss).toBeCloseTo(evaluationOf(judged.report).loss!, 5);
  });

  it('trains a probe that is a classifier like any other', async () => {
    let dir = '';
    const { report } = await finetune(
      order({ mode: { kind: 'linear' }, onRun: (run) => (dir = run.dir) }),
    );
    const judged = await evaluate({
      workspace,
      model: { reference: dir },
      data: at('test'),
      device: 'cpu',
    });
    expect(evaluationOf(judged.report).top1).toEqual(evaluationOf(report).top1);
    const kept = readFileSync(path.join(dir, 'evaluation', 'metrics.json'), 'utf8');
    expect(JSON.parse(kept)).toEqual(JSON.parse(JSON.stringify(report!.evaluation)));
    const probe = JSON.parse(readFileSync(path.join(dir, 'probe.json'), 'utf8'));
    expect(probe.trials.length).toBe(2 * 2 * 7);
    const { record } = await RunFolder.open(dir);
    expect(record).toMatchObject({ status: 'done', kind: 'finetune', classes: CLASSES });
    expect(record.recipe).toMatchObject({ depth: probe.chosen.layer, trained_blocks: 0 });
    // And it can be fine-tuned on.
    const further = await finetune(order({ from: { reference: dir }, overrides: short }));
    expect(further.status).toBe('done');
  });

  it('is done with a note where its evaluation cannot be written', async () => {
    const { status, report, files, notes } = await finetune(
      order({
        overrides: short,
        onRun: ({ dir }) => {
          mkdirSync(path.join(dir, 'evaluation'));
          writeFileSync(path.join(dir, 'evaluation', 'metrics.json'), 'notes of a person');
        },
      }),
    );
    expect(status).toBe('done');
    expect(report).toBeDefined();
    expect(files).toBeUndefined();
    expect(notes).toEqual([
      expect.stringMatching(/^The evaluation was not written.*metrics\.json/),
    ]);
  });

  it('lists a probe that fails as failed, with the reason', async () => {
    let dir = '';
    const failing = finetune(
      order({
        mode: { kind: 'linear' },
        onRun: (run) => (dir = run.dir),
        onEvent(event) {
          // What the checkpoint is to be a folder in.
          if (event.type === 'status' && event.status === 'running')
            writeFileSync(path.join(dir, 'checkpoints'), '');
        },
      }),
    );
    await expect(failing).rejects.toThrow();
    const { record } = await RunFolder.open(dir);
    expect(record).toMatchObject({ status: 'failed', reason: { code: expect.any(String) } });
    expect(readdirSync(dir)).not.toContain('lock');
  });

  it('starts from scratch, from the student, and at another image size', async () => {
    const scratch = await finetune(
      order({ from: 'scratch', recipe: scratchRecipe(), overrides: { epochs: 1 } }),
    );
    expect(scratch.status).toBe('done');
    const student = await finetune(
      order({ from: { reference: 'base', network: 'student', step: 0 }, overrides: short }),
    );
    expect(student.status).toBe('done');
    const larger = await finetune(order({ overrides: { ...short, image_size: '24,32' } }));
    expect(larger.status).toBe('done');
    await expect(finetune(order({ from: 'scratch' }))).rejects.toThrow('needs a --recipe');
    await expect(finetune(order({ overrides: { embed_dim: 12 } }))).rejects.toMatchObject({
      code: 'weights-mismatch',
    });
  });

  it('learns from a share of a list, holding out a part of it', async () => {
    const rows = CLASSES.flatMap((name, kind) =>
      Array.from({ length: 16 }, (_, i) => `train/${name}/${kind * 16 + i}.png,${name}`),
    );
    writeFileSync(at('labels.csv'), `path,label\n${rows.join('\n')}\n`);
    const { images, report } = await finetune(
      order({
        labelled: labelled({ train: at('labels.csv'), val: null, fraction: 0.25 }),
        mode: { kind: 'partial', blocks: 1 },
        overrides: { ...quick, min_steps: 20 },
      }),
    );
    expect(images).toBe(9);
    expect(report!.evaluation.images).toBe(12);
  });

  it('names images that are on both sides, and leaves them out on request', async () => {
    mkdirSync(at('leaky/dots'), { recursive: true });
    writeFileSync(at('leaky/dots/a.png'), readFileSync(at('train/dots/0.png')));
    writeFileSync(at('leaky/dots/b.png'), readFileSync(at('test/dots/1000.png')));
    for (const leaveOutLeaks of [false, true]) {
      const events: TrainingEvent[] = [];
      const { report } = await finetune(
        order({
          labelled: labelled({ val: at('leaky'), leaveOutLeaks }),
          overrides: short,
          onEvent: (event) => events.push(event),
        }),
      );
      const leaks = events.flatMap((event) =>
        event.type === 'warning' && event.code === 'leakage' ? [event.message] : [],
      );
      expect(leaks).toEqual([
        expect.stringMatching(/1 of 2 .* the training images.*a\.png/),
        expect.stringMatching(/1 of 2 .* the images pre-trained on.*a\.png/),
      ]);
      expect(report!.evaluation.images).toBe(leaveOutLeaks ? 1 : 2);
    }
  });

  it('fails when no validation image would be left', async () => {
    const all = finetune(order({ labelled: labelled({ val: at('train'), leaveOutLeaks: true }) }));
    await expect(all).rejects.toMatchObject({
      code: 'validation-empty',
      message: expect.stringContaining('all occur in the training set'),
    });
  });

  it('resumes a stopped run to the same bytes', async () => {
    const dirs: string[] = [];
    const onRun = ({ dir }: { dir: string }) => dirs.push(dir);
    const overrides = { ...quick, epochs: 4 };
    const whole = await finetune(order({ onRun, overrides }));
    const abort = new AbortController();
    await finetune(
      order({
        onRun,
        overrides,
        signal: abort.signal,
        onEvent: (event) => event.type === 'step' && event.step === 7 && abort.abort(),
      }),
    );
    const resumed = await resumeRun({ workspace, run: dirs[1]! });
    expect(resumed.best).toEqual(whole.best);
    const state = (dir: string) => readFileSync(path.join(dir, 'checkpoints/16/state.safetensors'));
    expect(state(dirs[1]!).equals(state(dirs[0]!))).toBe(true);
  });
});

describe('a pre-training', () => {
  it('continues another one on other images', async () => {
    const from = await openContinuation('base', { workspace });
    expect(from.state.get('optimizer.updates')!.data[0]).toBe(4n);
    const recipe = parseRecipe(from.recipe, { steps: 1, warmup_epochs: 0, seed: 5 });
    let dir = '';
    await pretrain({
      workspace,
      name: 'on',
      data: [at('test')],
      recipe,
      device: 'cpu',
      from,
      onRun: (run) => (dir = run.dir),
    });
    const stateAt = async (step: number) =>
      (await loadCheckpoint({ step, folder: path.join(dir, 'checkpoints', String(step)) })).state;
    const start = await stateAt(0);
    expect([...start.keys()].sort()).toEqual([...from.state.keys()].sort());
    for (const [name, { data }] of start) expect(data, name).toEqual(from.state.get(name)!.data);
    expect((await stateAt(1)).get('optimizer.updates')!.data[0]).toBe(5n);
    expect((await RunFolder.open(dir)).record.from).toMatch(/, step 4$/);
    await expect(openContinuation('base', { workspace, step: 3 })).rejects.toMatchObject({
      code: 'checkpoint-not-found',
    });
  });
});

describe('features as they are', () => {
  it('are evaluated by neighbours', async () => {
    const { report, sweep, files } = await knn({
      workspace,
      from: { reference: 'base' },
      train: at('train'),
      val: at('test'),
      ks: [5, 1, 500],
      device: 'cpu',
      out: at('knn'),
    });
    const list = neighbourListSchema.parse(
      JSON.parse(readFileSync(at('knn/neighbours.json'), 'utf8')),
    );
    expect(files.at(-1)).toBe(at('knn/neighbours.json'));
    expect(list).toMatchObject({ k: 5, images: 30, queries: { length: 30 } });
    const wrong = list.queries.map(({ actual, predicted }) => actual !== predicted);
    expect(wrong).toEqual(wrong.toSorted((a, b) => Number(b) - Number(a)));
    expect(wrong.filter(Boolean)).toHaveLength(list.wrong);
    for (const { path: file, actual, neighbours } of list.queries) {
      expect(path.basename(path.dirname(file))).toBe(actual);
      expect(neighbours).toHaveLength(5);
      const similarities = neighbours.map(({ similarity }) => similarity);
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
      for (const { path: known, label } of neighbours)
        expect(known.startsWith(at(`train/${label}`))).toBe(true);
    }
    expect(sweep.map(({ k }) => k)).toEqual([1, 5, 500]);
    expect(report.evaluation.top1.value).toBe(sweep[1]!.top1);
    expect(report.evaluation.top1.value).toBeGreaterThan(0.5);
  });

  it('are written with the names of their classes, or without any', async () => {
    const base = {
      workspace,
      from: { reference: 'base' },
      pooling: 'mean',
      device: 'cpu',
    } as const;
    const table = await embed({ ...base, data: at('test'), out: at('all.csv') });
    expect(table).toMatchObject({ images: 30, width: 24, labelled: true });
    expect(readFileSync(at('all.csv'), 'utf8').split('\n')[1]).toMatch(/dots/);
    const plain = await embed({ ...base, data: at('test/dots'), out: at('dots.npy'), layer: 1 });
    expect(plain).toMatchObject({ images: 10, labelled: false });
    const array = await readNpyHeader(at('dots.npy'));
    expect(array.shape).toEqual([10, 24]);
    const dots = readdirSync(at('test/dots')).map((name) => at(`test/dots/${name}`));
    writeFileSync(at('two.txt'), dots.slice(0, 2).join('\n'));
    for (const [data, images] of [
      ['test', 28],
      ['test/dots', 8],
    ] as const) {
      const rest = await embed({
        ...base,
        data: at(data),
        out: at('x.npy'),
        exclude: [at('two.txt')],
      });
      expect(rest).toMatchObject({ images, labelled: images > 20 });
      expect(rest.notes.join()).toContain('left out as asked: 2.');
    }
    writeFileSync(at('all.txt'), dots.join('\n'));
    const none = embed({
      ...base,
      data: at('test/dots'),
      out: at('x.npy'),
      exclude: [at('all.txt')],
    });
    await expect(none).rejects.toMatchObject({ code: 'no-images' });
  });

  it('continue when an image breaks after the scan, or is very thin: it is left out and named', async () => {
    await pictures('breaking', 12, 3000);
    const thin = Buffer.from(Uint8Array.from({ length: 30_000 * 3 }, (_, i) => i % 250));
    await sharp(thin, { raw: { width: 1, height: 30_000, channels: 3 } })
      .png()
      .toFile(at('breaking/lines/thin.png'));
    const from = { reference: pretrained };
    const asked = { workspace, from, device: 'cpu', pooling: 'mean' as const };
    const data = at('breaking');
    const file = at('breaking/dots/3001.png');
    utimesSync(file, 1e9, 1e9);
    await embed({ ...asked, data, out: at('whole.csv') });
    // Of the same size and time: a scan that remembers does not look again.
    writeFileSync(file, Buffer.alloc(statSync(file).size));
    utimesSync(file, 1e9, 1e9);
    const reason = 'content is not of a known image format';
    const embedded = await embed({ ...asked, data, out: at('broken.csv') });
    expect(embedded).toMatchObject({ images: 36, leftOut: [{ path: file, reason }] });
    expect(embedded.notes.join()).toContain(`left out: 1: ${file} (${reason})`);
    const rows = (name: string) => readFileSync(at(name), 'utf8').trim().split('\n');
    expect(rows('broken.csv')).toEqual(rows('whole.csv').filter((row) => !row.includes(file)));

    const judged = { workspace, from, train: at('train'), val: data, ks: [3], device: 'cpu' };
    const { report, warnings } = await knn(judged);
    expect(report.evaluation.images).toBe(36);
    expect(warnings.join()).toContain(file);
    for (const kind of ['linear', 'full'] as const) {
      const told: TrainingEvent[] = [];
      const tuned = await finetune(
        order({
          mode: { kind },
          labelled: labelled({ val: data }),
          overrides: { ...quick, epochs: 2 },
          onEvent: (event) => told.push(event),
        }),
      );
      expect(tuned.report?.evaluation.images).toBe(36);
      expect((tuned.report as ClassifierReport).leftOut).toEqual([1]);
      const warning = told.find(
        (event) => event.type === 'warning' && event.code === 'images-left-out',
      );
      expect(warning).toMatchObject({ message: expect.stringContaining(file) });
    }
  });

  it('need an existing network, and a classifier for evaluation', async () => {
    const model = { reference: 'base' };
    await expect(
      evaluate({ workspace, model, data: at('test'), device: 'cpu' }),
    ).rejects.toMatchObject({ code: 'model-without-classifier' });
    await expect(
      evaluate({ workspace, model: { reference: 'none' }, data: at('test'), device: 'cpu' }),
    ).rejects.toBeInstanceOf(StudioError);
  });
});
