import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMode } from '../contract/mode.ts';
import { TOP1 } from '../contract/scores.ts';
import { Lock } from '../disk/lock.ts';
import { listRuns, RunFolder } from '../runs/run-folder.ts';
import type { RunRecord, RunStatus } from '../runs/run-record.ts';
import { classification } from '../tasks/classify/classification.ts';
import { classifierReport } from '../tasks/classify/report.ts';
import { type CompareOrder, compare } from './compare.ts';
import { type CellResult, comparisonOf, comparisonRecord } from './comparison.ts';
import {
  comparisonCsv,
  comparisonFigure,
  comparisonFileNames,
  comparisonMarkdown,
  gainText,
} from './comparison-files.ts';
import type { FinetuneOrder } from './finetune.ts';

/** A result with the given share right of 200 images; different seeds get different images right. */
function cell(over: Partial<CellResult>, share: number): CellResult {
  const seed = over.seed ?? 0;
  const right = Array.from({ length: 200 }, (_, i) =>
    (i + 7 * seed) % 200 < share * 200 ? '1' : '0',
  );
  return {
    fraction: 0.01,
    seed,
    start: 'scratch',
    mode: 'full',
    labelled: 20,
    right: right.join(''),
    primary: TOP1,
    values: { top1: share, top5: 1, loss: 1 },
    run: 'r',
    ...over,
  };
}
const results = [0, 1, 2].flatMap((seed) => [
  cell({ seed, start: 'pretrained' }, 0.5 + seed / 100),
  cell({ seed, start: 'scratch' }, 0.3),
  cell({ seed, start: 'pretrained', fraction: 1 }, 0.81),
  cell({ seed, start: 'scratch', fraction: 1 }, 0.8),
]);

const comparison = comparisonOf(results, classification);

describe('a comparison', () => {
  it('averages over seeds, with intervals over images', () => {
    const { rows } = comparison;
    expect(rows.map(({ fraction, start }) => [fraction, start])).toEqual([
      [0.01, 'scratch'],
      [0.01, 'pretrained'],
      [1, 'scratch'],
      [1, 'pretrained'],
    ]);
    const [, pretrained] = rows;
    expect(pretrained).toMatchObject({ seeds: 3, lowest: 0.5, highest: 0.52 });
    expect(pretrained!.score.value).toBeCloseTo(0.51, 10);
    expect(pretrained!.score.low).toBeLessThan(0.51);
    expect(pretrained!.score.high).toBeGreaterThan(0.51);
  });

  it('distinguishes a gain from chance', () => {
    const [few, all] = comparison.gains;
    expect(few!.score.value).toBeCloseTo(0.21, 10);
    expect(few!.score.low).toBeGreaterThan(0.1);
    expect(gainText(comparison, few!)).toMatch(/\+21\.0 points .*more than chance/);
    expect(all!.score.low).toBeLessThanOrEqual(0.0101);
    expect(
      gainText(comparison, { ...all!, score: { value: 0, low: -0.01, high: 0.01 } }),
    ).toContain('may be chance');
  });

  it('does not call the gain of one seed more than chance', () => {
    const one = comparisonOf(
      results.filter(({ seed }) => seed === 0),
      classification,
    );
    const [few] = one.gains;
    expect(few!.score.low).toBeGreaterThan(0);
    expect(gainText(one, few!)).toMatch(/may be chance, as one seed does not tell\.$/);
    expect(comparisonMarkdown(one)).toContain('With one seed a gain may be chance.');
    expect(comparisonMarkdown(one)).not.toContain('more than chance');
  });

  it('is recorded with each estimate under the name of its score', () => {
    const { rows, gains } = comparisonRecord(comparison);
    expect(rows[0]).toMatchObject({ start: 'scratch', top1: comparison.rows[0]!.score });
    expect(gains[0]).toMatchObject({ fraction: 0.01, top1: comparison.gains[0]!.score });
  });

  it('is written as CSV, Markdown and a figure', () => {
    expect(comparisonCsv(comparison).split('\n')[1]).toMatch(/^0\.01,20,full,scratch,3,0\.3000,/);
    expect(comparisonMarkdown(comparison)).toMatch(
      /\| 1 % \| 20 \| full \| 30\.0 % \(.*\) \| 51\.0 % /,
    );
    expect(comparisonMarkdown(comparison)).toContain('\nTop-1 on 200 images');
    const mIoU = { ...comparison, primary: { name: 'mIoU', better: 'higher' } as const };
    expect(comparisonMarkdown(mIoU)).toContain('\nmIoU on 200 images');
    const figure = comparisonFigure(comparison, 'full');
    expect(figure).toMatch(/^<svg [^>]*viewBox="0 0 640 400"/);
    expect(figure.match(/<circle/g)).toHaveLength(4);
    expect(figure).not.toMatch(/NaN|undefined/);
  });
});

describe('compare', () => {
  let out: string;
  beforeEach(() => {
    out = mkdtempSync(path.join(os.tmpdir(), 'conmim-compare-'));
  });
  afterEach(() => rmSync(out, { recursive: true, force: true }));

  const order = (over: Partial<CompareOrder> = {}): CompareOrder => ({
    workspace: out,
    folder: out,
    device: 'cpu',
    overrides: { lr: '1e-3' },
    out,
    from: { reference: 'run' },
    labelled: { train: '/t', val: '/v', valFraction: 0.1, splitSeed: 0, leaveOutLeaks: false },
    fractions: [0.1, 1],
    seeds: 2,
    modes: [parseMode('full'), parseMode('partial:1')],
    ...over,
  });
  const trainer = (stopAfter = Number.POSITIVE_INFINITY) => {
    const orders: FinetuneOrder[] = [];
    const train = async (each: FinetuneOrder) => {
      orders.push(each);
      const base = { status: 'done' as const, step: 1, checkpoint: '/c', images: 10 };
      if (orders.length > stopAfter) return { ...base, status: 'stopped' as const };
      each.onRun!({
        id: `run${orders.length}`,
        dir: '/r',
        device: 'cpu',
        images: 10,
        totalSteps: 1,
      });
      const right = each.fromScratch ? 1 : 2;
      const data = Float32Array.from([0, 1, 2, 3].flatMap((i) => (i < right ? [1, 0] : [0, 1])));
      const scores = { kind: 'logits' as const, data, count: 4, classes: 2 };
      const predicted = { scores, labels: [0, 0, 0, 0], paths: ['a', 'b', 'c', 'd'], leftOut: [] };
      const values = { top1: right / 4, top5: 1, loss: 1 };
      const best = { step: 1, n: 4, primary: TOP1, values };
      return { ...base, best, report: classifierReport(predicted, ['a', 'b'], {}) };
    };
    return { train, orders };
  };

  it('trains every cell once with its own seed, and writes what it found', async () => {
    const { train, orders } = trainer();
    const { cells: found } = await compare(order(), train);
    expect(found).toHaveLength(2 * 2 * 2 * 2);
    expect(orders[0]).toMatchObject({
      labelled: { fraction: 0.1, fractionSeed: 0 },
      fromScratch: false,
    });
    expect(orders.at(-1)).toMatchObject({
      labelled: { fraction: 1, fractionSeed: 1 },
      overrides: { lr: '1e-3', seed: 1, eval_every: 1e6 },
      fromScratch: true,
      mode: { kind: 'partial', blocks: 1 },
    });
    expect(found[0]).toMatchObject({ right: '1100', run: 'run1', labelled: 10 });
    expect(readFileSync(path.join(out, 'compare.md'), 'utf8')).toContain('+25.0');
    expect(readFileSync(path.join(out, 'compare-partial-1.svg'), 'utf8')).toContain('<svg');
    const written = readdirSync(out).filter((name) => name !== 'lock');
    expect(comparisonFileNames(comparisonOf(found, classification)).toSorted()).toEqual(
      written.toSorted(),
    );
    const again = trainer();
    expect((await compare(order(), again.train)).cells).toEqual(found);
    expect(again.orders).toEqual([]);
  });

  it('continues with the missing cells after a stop', async () => {
    const first = trainer(3);
    await expect(compare(order(), first.train)).rejects.toMatchObject({
      code: 'comparison-stopped',
    });
    const second = trainer();
    expect((await compare(order(), second.train)).cells).toHaveLength(16);
    expect(second.orders).toHaveLength(13);
  });

  it.each(['compare.json', 'compare.csv', 'compare.md', 'compare-full.svg'])(
    'replaces no %s of somebody else',
    async (name) => {
      mkdirSync(out, { recursive: true });
      writeFileSync(path.join(out, name), '{"years": "of work"}');
      const { train, orders } = trainer();
      await expect(compare(order(), train)).rejects.toMatchObject({ code: 'target-taken' });
      expect(readFileSync(path.join(out, name), 'utf8')).toBe('{"years": "of work"}');
      expect(orders).toEqual([]);
    },
  );

  /** A run as a process that trained a cell has left it. */
  const leave = async (status: RunStatus, over: Partial<RunRecord> = {}) => {
    const labelled = { ...order().labelled, fraction: 0.1, fractionSeed: 0, pretrainedOn: [] };
    const run = await RunFolder.create(out, {
      name: 'compare-pretrained-full-0.1-0',
      kind: 'finetune',
      totalSteps: 9,
      device: 'cpu',
      recipe: {},
      dataset: { folders: [], images: 1, fingerprint: '' },
      versions: {},
      labelled,
      comparison: path.resolve(out),
      ...over,
    });
    await run.update({ status, pid: 1 });
    return run.dir;
  };

  it('takes away what an earlier call, killed, had begun for the cells that it trains', async () => {
    const gone = [await leave('running'), await leave('stopped')];
    const done = await leave('done');
    const others = [
      await leave('running', { comparison: '/another' }),
      await leave('running', { name: 'mine' }),
      await leave('stopped', { comparison: undefined as never, labelled: undefined as never }),
    ];
    const lock = await Lock.acquire(await leave('running'));
    expect((await compare(order(), trainer().train)).cells).toHaveLength(16);
    lock.release();
    expect(gone.filter((dir) => existsSync(dir))).toEqual([]);
    expect([done, ...others].filter((dir) => !existsSync(dir))).toEqual([]);
  });

  it('that was interrupted names the signal, and keeps a cell that was complete', async () => {
    const { train, orders } = trainer();
    const interrupted = async (each: FinetuneOrder) => ({
      ...(await train(each)),
      interruptedBy: 'SIGINT' as const,
    });
    const cells: number[] = [];
    const onCell = (_: unknown, done: number) => cells.push(done);
    await expect(compare(order({ onCell }), interrupted)).rejects.toMatchObject({
      code: 'comparison-stopped',
      details: { signal: 'SIGINT' },
    });
    expect([orders.length, cells]).toEqual([1, [1]]);
  });

  it('takes away what 0.1.0 had begun on the same images', async () => {
    const dir = await leave('running', { comparison: undefined as never });
    await compare(order(), trainer().train);
    expect(existsSync(dir)).toBe(false);
  });

  it('shows a run that was killed with it as its own, not as one to resume', async () => {
    await leave('running');
    const { runs } = await listRuns(out);
    expect(runs).toMatchObject([
      {
        status: 'stopped',
        reason: {
          code: 'comparison-stopped',
          message: expect.stringContaining(`The comparison in ${out} ended`),
        },
      },
    ]);
  });

  it('is one process’s at a time', async () => {
    const held = await Lock.acquire(out);
    await expect(compare(order(), trainer().train)).rejects.toMatchObject({
      code: 'run-locked',
      message: expect.stringContaining(`The comparison in ${out} is open in process`),
    });
    held.release();
  });

  it('is the same whether its task is named or not, and no other task continues it', async () => {
    await expect(compare(order(), trainer(3).train)).rejects.toMatchObject({
      code: 'comparison-stopped',
    });
    const named = trainer();
    expect((await compare(order({ task: 'classify' }), named.train)).cells).toHaveLength(16);
    expect(named.orders.map(({ task }) => task)).toEqual(new Array(13).fill('classify'));
    const other = compare(order({ task: 'multilabel' }), trainer().train);
    await expect(other).rejects.toMatchObject({ code: 'comparison-changed' });
    // Earlier versions kept the task that was named among the settings.
    const file = path.join(out, 'compare.json');
    const saved = JSON.parse(readFileSync(file, 'utf8'));
    saved.settings.task = 'classify';
    writeFileSync(file, JSON.stringify(saved));
    expect((await compare(order(), trainer().train)).cells).toHaveLength(16);
  });

  it('reads prepared images as its trainings do, unless it is told to leave them', async () => {
    const usual = trainer();
    await compare(order(), usual.train);
    expect(new Set(usual.orders.map(({ prepared }) => prepared))).toEqual(new Set([undefined]));
    const named = compare(order({ prepared: 'auto' }), trainer().train);
    expect((await named).cells).toHaveLength(16);
    // Views differ slightly, so files are not mixed with prepared images.
    const off = order({ prepared: 'off' });
    await expect(compare(off, trainer().train)).rejects.toMatchObject({
      code: 'comparison-changed',
    });
    const fromFiles = trainer();
    await compare({ ...off, out: path.join(out, 'files') }, fromFiles.train);
    expect(new Set(fromFiles.orders.map(({ prepared }) => prepared))).toEqual(new Set(['off']));
  });

  it('refuses to mix settings', async () => {
    await compare(order(), trainer().train);
    await expect(compare(order({ overrides: { lr: '2' } }), trainer().train)).rejects.toMatchObject(
      {
        code: 'comparison-changed',
      },
    );
  });
});

describe('parseMode', () => {
  it('reads what people write', () => {
    expect(parseMode('partial:2')).toEqual({ kind: 'partial', blocks: 2 });
    expect(parseMode('partial:0')).toEqual({ kind: 'linear' });
    expect(() => parseMode('half')).toThrow(/must be full, partial:K or linear/);
  });
});
