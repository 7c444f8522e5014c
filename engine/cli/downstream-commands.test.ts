import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import { TOP1 } from '../contract/scores.ts';
import type { CompareOrder } from '../downstream/compare.ts';
import { type CellResult, comparisonOf } from '../downstream/comparison.ts';
import type { EmbedOrder } from '../downstream/embed.ts';
import type { EvaluateOrder } from '../downstream/evaluate.ts';
import type { FinetuneOrder } from '../downstream/finetune.ts';
import { classification, mistakeLines } from '../tasks/classify/classification.ts';
import { classifierReport } from '../tasks/classify/report.ts';
import { type KnnOrder, knnReport } from '../tasks/knn/evaluate.ts';
import type { ResumeRequest } from '../train/resume-run.ts';
import type { StartedRun } from '../train/run-listener.ts';
import { doneEvent, runCommand, stepEvent } from './testing/fake-host.ts';

const started: StartedRun = {
  id: 'f1',
  dir: '/w/runs/f1',
  device: 'cpu',
  images: 9,
  totalSteps: 2,
};
const scores = {
  kind: 'logits',
  count: 4,
  classes: 3,
  data: Float32Array.of(2, 0, 0, 0, 2, 0, 0, 0, 2, 3, 0, 0),
} as const;
const labels = [0, 1, 2, 2];
const classes = ['cat', 'dog', 'owl'];
const paths = ['1.png', '2.png', '3.png', '4.png'];
const predicted = { scores, labels, paths, leftOut: [] };
const tuned = classifierReport(predicted, classes, {});
const report = tuned.evaluation;
const values = { top1: 0.75, top5: 1, loss: 0.5 };
const best = { step: 2, n: 4, primary: TOP1, values };

describe('finetune', () => {
  const orders: FinetuneOrder[] = [];
  const finetune = async (order: FinetuneOrder) => {
    orders.push(order);
    order.onNote!('Half is assumed.');
    order.onLoaded!({
      loaded: ['cls_token'],
      resized: [],
      adapted: ['patch_embed.proj.weight'],
      unused: ['mask_token'],
      leftAtStart: ['head.weight', 'head.bias'],
    });
    order.onRun!(started);
    order.onEvent!(stepEvent(1, { scoreName: 'top1', score: 0.5 }));
    order.onEvent!({ type: 'evaluation', time: 0, ...best, best: true });
    order.onEvent!(doneEvent(2));
    return { status: 'done' as const, step: 2, checkpoint: '/c', images: 9, best, report: tuned };
  };
  const argv = ['finetune', '--from', 'base', '--train', 'a', '--json'];

  it('says what can be done with the network', async () => {
    const words = argv.slice(0, -1);
    const { stdout } = await runCommand(words, { finetune });
    expect(stdout).toContain('conmim export "/w/runs/f1"');
    expect(stdout).toContain('conmim evaluate --model "/w/runs/f1" --data LABELLED');
    expect(stdout).toContain(
      'conmim predict --model "/w/runs/f1" --data IMAGES --out predictions.csv',
    );
    const record = { ...tuned.record, task: 'segment' };
    const dense = async (order: FinetuneOrder) => ({
      ...(await finetune(order)),
      report: { ...tuned, record },
    });
    expect((await runCommand(words, { finetune: dense })).stdout).toMatch(
      /predict .*--out predictions$/m,
    );
  });

  it('ends with the metrics of the best state', async () => {
    const { code, records, stderr } = await runCommand(argv, { finetune });
    expect(code).toBe(0);
    expect(records.map(({ type }) => type)).toEqual([
      ...['warning', 'weights', 'run', 'step', 'evaluation', 'done', 'metrics'],
    ]);
    expect(records.at(-1)).toMatchObject({ top1: 0.75, top5: 1, n: 4, classes: 3 });
    expect(records.at(-1)!['loss']).toBeCloseTo(report.loss!, 12);
    expect(stderr).toContain('Note: Half is assumed.');
    expect(stderr).toContain('1 tensor loaded, 2 initialised (head.weight, head.bias)');
    expect(stderr).toContain('The patch embedding was adapted to other channels');
    expect(stderr).toMatch(/top-1 +75\.0 % +\(95 % interval/);
    expect(stderr).toContain('step 1/2  loss 4.190  top-1 50.0 % (chance 1.6 %)');
  });

  it('hands everything on', async () => {
    await runCommand(
      [
        ...[
          ...argv,
          '--val',
          'b',
          '--network',
          'student',
          '--checkpoint',
          '40',
          '--mode',
          'partial:2',
        ],
        ...['--fraction', '0.1', '--split-seed', '3', '--leave-out-leaks', '--recipe', 'tiny'],
        ...[
          '--set',
          'lr=1e-3',
          '--epochs',
          '2',
          '--workspace',
          'w',
          '--name',
          'n',
          '--device',
          'cpu',
        ],
      ],
      { finetune },
    );
    expect(orders.at(-1)).toMatchObject({
      workspace: path.resolve('w'),
      name: 'n',
      recipe: 'tiny',
      device: 'cpu',
      from: { reference: 'base', network: 'student', step: 40 },
      mode: { kind: 'partial', blocks: 2 },
      overrides: { lr: '1e-3', epochs: 2 },
      labelled: {
        train: path.resolve('a'),
        val: path.resolve('b'),
        fraction: 0.1,
        splitSeed: 3,
        fractionSeed: 3,
        leaveOutLeaks: true,
      },
    });
    await runCommand(['finetune', '--from', 'scratch', '--train', 'a', '--recipe', 'micro'], {
      finetune,
    });
    expect(orders.at(-1)).toMatchObject({
      from: 'scratch',
      labelled: { val: null, valFraction: 0.1 },
    });
  });

  it.each([
    [['--mode', 'half'], /--mode is "half"/],
    [['--fraction', '0'], /--fraction is "0"/],
    [['--val-fraction', '1'], /above 0 and below 1/],
    [['--val', 'b', '--val-fraction', '0.1'], /exclude each other/],
    [['--val-masks', 'm'], /--val-masks needs --val/],
    [['--network', 'both'], /teacher, student/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await runCommand([...argv, ...more], { finetune });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('resume', () => {
  it('ends as the run would have', async () => {
    const resumeRun = async () => {
      return { status: 'done' as const, step: 2, checkpoint: '/c', images: 9, best, report: tuned };
    };
    const { records, stderr } = await runCommand(['resume', 'f1', '--json'], { resumeRun });
    expect(records.at(-1)).toMatchObject({ type: 'metrics', top1: 0.75, n: 4 });
    expect(stderr).toContain('top-1');
  });

  it('takes another device and precision', async () => {
    const asked: object[] = [];
    const resumeRun = async (request: ResumeRequest) => {
      asked.push(request);
      return { status: 'done' as const, step: 2, checkpoint: '/c', images: 9 };
    };
    const argv = ['resume', 'f1', '--device', 'cpu', '--precision'];
    await runCommand([...argv, 'float32'], { resumeRun });
    expect(asked).toEqual([expect.objectContaining({ device: 'cpu', precision: 'float32' })]);
    const { code, stderr } = await runCommand([...argv, 'double'], { resumeRun });
    expect(code).toBe(2);
    expect(stderr).toContain(
      '--precision is "double"; it must be one of float32, float16, bfloat16.',
    );
  });
});

describe('evaluate', () => {
  it('prints headlines and mistakes, and ends with metrics', async () => {
    const orders: EvaluateOrder[] = [];
    const evaluate = async (order: EvaluateOrder) => {
      orders.push(order);
      const details = mistakeLines(report);
      const judged = { report: tuned, imagesPerSecond: 120, details, leftOut: [] };
      return { ...judged, files: ['r/p.csv'], warnings: ['odd'] };
    };
    const argv = ['evaluate', '--model', 'f1', '--data', 'd', '--out', 'r'];
    const { stdout, stderr } = await runCommand(argv, { evaluate });
    expect(stdout).toContain('4.png: predicted cat (90.9 %), actual owl');
    expect(stdout).toContain('Written: r/p.csv');
    expect(stderr).toContain('Note: odd');
    expect(orders[0]).toMatchObject({ model: { reference: 'f1' }, out: path.resolve('r') });
    const { records } = await runCommand([...argv, '--json'], { evaluate });
    expect(records).toHaveLength(2);
    // The page shows the warnings of a job, and knows none but those of the JSON lines.
    expect(records[0]).toEqual({ type: 'warning', code: 'evaluation-note', message: 'odd' });
    expect(records[1]).toMatchObject({ type: 'metrics', top1: 0.75, n: 4, imagesPerSecond: 120 });
  });
});

describe('knn', () => {
  it('evaluates the requested number of neighbours and shows others', async () => {
    const orders: KnnOrder[] = [];
    const knn = async (order: KnnOrder) => {
      orders.push(order);
      const sweep = [
        { k: 1, top1: 0.5 },
        { k: 7, top1: 0.75 },
      ];
      return { report: knnReport(tuned, 7, sweep), sweep, warnings: [], files: ['/r/a.json'] };
    };
    const argv = ['knn', '--from', 'base', '--train', 'a', '--val', 'b', '--k', '7', '--json'];
    argv.push('--precision', 'bfloat16');
    const { records, stderr } = await runCommand(argv, { knn });
    expect(orders[0]!.precision).toBe('bfloat16');
    expect(orders[0]!.ks).toEqual([7, 1, 5, 10, 20, 50, 100, 200]);
    expect(records.at(-1)).toMatchObject({
      type: 'metrics',
      k: 7,
      top1: 0.75,
      files: ['/r/a.json'],
    });
    expect(stderr).toContain('Top-1 accuracy by k: 1: 50.0 %, 7: 75.0 %');
  });
});

describe('compare', () => {
  it('prints cells as they come, then the table and its meaning', async () => {
    const orders: CompareOrder[] = [];
    const compare = async (order: CompareOrder) => {
      orders.push(order);
      const cell = (start: 'pretrained' | 'scratch', right: string): CellResult => ({
        fraction: 0.1,
        seed: 0,
        start,
        mode: 'full',
        labelled: 5,
        right,
        primary: TOP1,
        values: { top1: 0.5, top5: 1, loss: 1 },
        run: 'r',
      });
      const cells = [cell('pretrained', '1'.repeat(40)), cell('scratch', '0'.repeat(40))];
      cells.forEach((each, i) => {
        order.onCell!(each, i + 1, 2);
      });
      const warnings = ['3 of 40 validation images also occur among the images pre-trained on.'];
      return { ...comparisonOf(cells, classification), warnings };
    };
    const argv = [
      'compare',
      '--from',
      'base',
      '--train',
      'a',
      '--val',
      'b',
      '--mode',
      'full,linear',
    ];
    const { stdout, stderr } = await runCommand(
      [...argv, '--fractions', '0.1,1', '--seeds', '1', '--out', 'o'],
      { compare },
    );
    expect(orders[0]).toMatchObject({
      fractions: [0.1, 1],
      seeds: 1,
      out: path.resolve('o'),
      modes: [{ kind: 'full' }, { kind: 'linear' }],
    });
    expect(stderr).toMatch(/1\/2 +pre-trained +full +10\.0 %/);
    expect(stdout).toMatch(/10 % +5 +full +0\.0 % .* 100\.0 % /);
    expect(stdout).toContain('as one seed does not tell');
    const { records } = await runCommand([...argv, '--json'], { compare });
    expect(stderr).toContain('Note: 3 of 40 validation images also occur');
    const kinds = ['cell', 'cell', 'warning', 'comparison'];
    expect(records.map(({ type }) => type)).toEqual(kinds);
    expect(records[2]).toMatchObject({ code: 'evaluation-note' });
    expect(records.at(-1)!['files']).toEqual(
      ['compare.csv', 'compare.md', 'compare-full.svg', 'compare.json'].map((name) =>
        path.resolve('workspace', 'comparison', name),
      ),
    );
    const stopped = async () => {
      throw new StudioError('comparison-stopped', 'The comparison was stopped.', {
        details: { signal: 'SIGTERM' },
      });
    };
    expect((await runCommand(argv, { compare: stopped })).code).toBe(143);
    const bad = await runCommand([...argv, '--fractions', '0.1,2'], { compare });
    expect(bad.code).toBe(2);
  });
});

describe('embed', () => {
  it('takes the format from either place, and refuses two that differ', async () => {
    const orders: EmbedOrder[] = [];
    const embed = async (order: EmbedOrder) => {
      orders.push(order);
      return { images: 3, width: 8, labelled: true, files: [order.out], notes: ['Assumed.'] };
    };
    const argv = ['embed', '--from', 'base', '--data', 'd'];
    const words = [...argv, '--format', 'npy', '--out', 'x'];
    const { stdout, stderr } = await runCommand(words, { embed });
    expect(orders[0]).toMatchObject({ out: path.resolve('x.npy'), pooling: 'mean' });
    expect(stdout).toContain('3 embeddings of width 8, with labels');
    expect(stderr).toContain('Note: Assumed.');
    await runCommand([...argv, '--out', 'x.parquet', '--pooling', 'cls', '--layer', '2'], {
      embed,
    });
    expect(orders[1]).toMatchObject({ out: path.resolve('x.parquet'), pooling: 'cls', layer: 2 });
    const bad = await runCommand([...argv, '--format', 'csv', '--out', 'x.npy'], { embed });
    expect(bad.code).toBe(2);
  });
});
