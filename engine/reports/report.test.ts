import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readVary } from '../contract/study/vary.ts';
import { presets } from '../recipes/presets.ts';
import { loggedRun } from '../runs/testing/logged-run.ts';
import { buildReport } from './report.ts';
import { saveReport } from './save-report.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-report-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const NOW = Date.UTC(2026, 0, 2, 3, 4);
const EVIL = '<script>alert(1)</script>';
const write = (name: string, value: unknown) => {
  const file = path.join(workspace, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value));
};

const steps = Array.from({ length: 100 }, (_, i) => ({
  ...{ type: 'step', step: i + 1, time: i, loss: 4 - i / 50, scoreName: 'tokenMatch' },
  ...{ score: i / 500, chance: 1 / 64, gradNorm: 1, lr: 1e-3, imagesPerSecond: 200 },
  ...{ stepMs: 300, dataWaitMs: 100, rssBytes: 1e8 },
}));
const learning = [10, 50, 90].map((step) => ({
  ...{ type: 'learning', step, time: step, match: 0.1, positionMatch: 0.02, agreement: 0.4 },
  ...{ visibleAgreement: 0.6, featureRank: 20, studentFeatureRank: 22, teacherDistance: 0.1 },
  ...{ predictionEntropy: 0.9, attentionEntropy: [0.9, 0.7], chance: 1 / 64 },
}));
const warning = {
  ...{ type: 'warning', step: 60, time: 60, code: 'plateau' },
  ...{ message: `The match stays at chance ${EVIL}.`, advice: 'Train longer.' },
};
const recipe = { ...presets.micro.recipe, lr: 0.002 };

const html = async (of: string, pictures = false) =>
  (await buildReport({ workspace, of, pictures }, NOW)).html;

/** Nothing in a report may be fetched or run. */
function expectSelfContained(text: string): void {
  expect(text).not.toMatch(/<(script|link|iframe|object|embed|base|form)\b/i);
  expect(text).not.toMatch(/\b(src|href|xlink:href|srcset)\s*=\s*["'](?!data:)/i);
  expect(text).not.toMatch(/url\(|@import|\son\w+\s*=/i);
  expect(text).toContain("default-src 'none'");
  expect(text).toContain('prefers-color-scheme: dark');
  expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
}

describe('the report of a run', () => {
  it('has outcome, curves, measures, alarms, recipe, environment and citation', async () => {
    await loggedRun(workspace, { name: 'first', recipe }, [...steps, ...learning, warning], {
      status: 'done',
      step: 100,
    });
    const text = await html('first');
    expectSelfContained(text);
    for (const words of [
      '<h1>first</h1>',
      'Pre-training on 50 images.',
      '100 of 100',
      // The mean of the last five steps.
      '<dt>Loss at the end</dt><dd>2.060</dd>',
      '<dt>Training time</dt><dd>40 s</dd>',
      'aria-label="Loss"',
      'aria-label="Effective rank (RankMe)"',
      'Position alone',
      'Step 60: The match stays at chance &lt;script&gt;alert(1)&lt;/script&gt;. Train longer.',
      'Nearest to the recipe micro, with 1 setting changed.',
      '<tr><th scope="row">Learning rate</th><td>lr</td><td>0.002</td><td>0.0015</td></tr>',
      '<dt>node</dt><dd>20</dd>',
      'Masked Image Modeling with Denoising Contrast',
      'on 2026-01-02 03:04 UTC',
    ])
      expect(text).toContain(words);
  });

  it('has the band of earlier runs of the recipe behind the curves', async () => {
    const finished = (minute: number) => ({
      ...{ status: 'done' as const, step: 100 },
      createdAt: `2026-01-01T00:0${minute}:00.000Z`,
    });
    for (const seed of [1, 2, 3])
      await loggedRun(
        workspace,
        { name: `earlier ${seed}`, recipe: { ...recipe, seed } },
        learning.map((event) => ({ ...event, featureRank: 10 * seed })),
        finished(seed),
      );
    await loggedRun(workspace, { name: 'own', recipe }, [...steps, ...learning], finished(9));
    const text = await html('own');
    expectSelfContained(text);
    expect(text).toContain('what 3 earlier runs of the same recipe measured');
    expect(text).toContain('<polygon');
    expect(await html('earlier 3')).not.toContain('<polygon');
  });

  it('says how many images were excluded', async () => {
    const dataset = { folders: ['/cats'], images: 50, fingerprint: 'abc', excluded: 3 };
    await loggedRun(workspace, { name: 'first', recipe, dataset }, steps);
    expect(await html('first')).toContain('<dt>Excluded images</dt><dd>3</dd>');
    await loggedRun(workspace, { name: 'whole', recipe }, steps);
    expect(await html('whole')).not.toContain('Excluded images');
  });

  it('names folders by their last part alone', async () => {
    await loggedRun(workspace, { name: 'first', recipe }, steps);
    const text = await html('first');
    expect(text).toContain('<dt>Folders</dt><dd>cats</dd>');
    expect(text).not.toContain('anna');
    expect(text).not.toContain(workspace);
  });

  it('escapes what people have named', async () => {
    await loggedRun(workspace, { name: EVIL, recipe }, steps);
    expectSelfContained(await html(EVIL));
  });

  it('is written of a run without a step, and of one that failed', async () => {
    await loggedRun(workspace, { name: 'empty', recipe }, [], {
      status: 'failed',
      reason: { code: 'training-diverged', message: 'The loss is not finite.' },
    });
    const text = await html('empty');
    expect(text).toContain('failed: The loss is not finite.');
    expect(text).not.toContain('<h2>Curves</h2>');
    expect(text).not.toContain('NaN');
  });

  it('has the health of its data set and the evaluations of jobs', async () => {
    const run = await loggedRun(workspace, { name: 'first', recipe }, steps);
    write('datasets/d/dataset.json', { name: 'My cats', folders: ['/home/anna/pictures/cats'] });
    write('datasets/d/report.json', {
      ...{ images: 50, bytes: 5e6, formats: { jpeg: 50 }, ignored: {}, fingerprint: 'abc' },
      unreadable: { count: 2, files: [{ path: '/home/anna/secret.jpg', reason: 'empty' }] },
      duplicates: { groups: 1, extra: 3, examples: [] },
      sizes: { histogram: [], smallest: [10, 10], median: [20, 30], largest: [40, 40] },
      suggestion: { recipe: 'tiny', imageSize: 64, patchSize: 8, reason: '' },
      notes: ['Some images are small.'],
      ...{ scannedAt: '2026-01-01T00:00:00.000Z', scanSeconds: 1 },
    });
    write('jobs/j/job.json', {
      title: 'Nearest neighbours of first',
      request: { kind: 'knn', from: run.record.id },
      results: path.join(workspace, 'jobs/j/results'),
    });
    write('jobs/j/results/metrics.json', {
      ...{ task: 'knn', images: 200, primary: { name: 'top1', better: 'higher' } },
      ...{ values: { top1: 0.31 }, top1: { value: 0.31, low: 0.28, high: 0.34 } },
      perClass: [{ name: 'cat', support: 100, predicted: 90, precision: 0.5, recall: 1, f1: null }],
    });
    const text = await html('first');
    expect(text).toContain('<dt>Unreadable</dt><dd>2</dd>');
    expect(text).toContain('20 × 30');
    expect(text).toContain('Some images are small.');
    expect(text).not.toContain('secret.jpg');
    expect(text).toContain('31.0 % (28.0 % to 34.0 %)');
    expect(text).toContain('<td>100</td><td>90</td><td>50.0 %</td><td>100.0 %</td><td>–</td>');
  });

  it('shows images of the user only when asked', async () => {
    const image = {
      path: '/home/anna/x.jpg',
      views: [{ title: 'Truth', file: 'pictures/5/0-0.webp' }],
    };
    const event = { type: 'pictures', step: 5, time: 5, legend: [], images: [image] };
    const run = await loggedRun(workspace, { name: 'first', recipe }, [...steps, event]);
    mkdirSync(path.join(run.dir, 'pictures/5'), { recursive: true });
    writeFileSync(path.join(run.dir, 'pictures/5/0-0.webp'), 'pixels');
    expect(await html('first')).not.toContain('<img');
    const text = await html('first', true);
    expectSelfContained(text);
    expect(text).toContain(
      `src="data:image/webp;base64,${Buffer.from('pixels').toString('base64')}"`,
    );
    expect(text).toContain('x.jpg: Truth');
  });
});

describe('the report of a study', () => {
  const study = {
    ...{ format: 1, name: 'heat', createdAt: '2026-01-01T00:00:00.000Z' },
    ...{
      settings: { recipe },
      recipe: 'micro',
      judge: { name: 'knn', k: 20, eval: 100, train: 90 },
    },
    ...{ search: 'grid', seeds: 2, rounds: [50], vary: [readVary('temperature=0.1,0.2')] },
    ...{ trials: [{ temperature: '0.1' }, { temperature: '0.2' }], reference: 0, failures: [] },
    results: [0, 1].flatMap((trial) =>
      [0, 1].map((seed) => ({
        ...{ trial, seed, round: 0, steps: 50, run: `r${trial}${seed}`, untrained: 0.25 },
        ...{ score: 0.3 + trial / 50 + seed / 100, loss: 3, match: 0.1, seconds: 60, images: 9 },
        alarms: [],
      })),
    ),
  };

  it('has its table, a figure for each setting and the best recipe', async () => {
    write('s/study.json', study);
    const {
      kind,
      name,
      html: text,
    } = await buildReport({ workspace, of: path.join(workspace, 's') }, NOW);
    expect([kind, name]).toEqual(['study', 'heat']);
    expectSelfContained(text);
    expect(text).toContain('Best so far: temperature=0.2, with 32.5 %');
    expect(text).toContain('aria-label="kNN accuracy by temperature"');
    expect(text).toContain('4 trainings of 4');
  });

  it('can be written before a training is complete', async () => {
    write('s/study.json', { ...study, results: [] });
    const text = await html(path.join(workspace, 's'));
    expect(text).toContain('No training is complete yet.');
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  it('is refused where the file cannot be understood', async () => {
    write('s/study.json', { format: 2 });
    await expect(html(path.join(workspace, 's'))).rejects.toMatchObject({ code: 'study-missing' });
  });
});

describe('the report of a comparison', () => {
  const cell = (start: string, seed: number, right: string) => ({
    ...{ fraction: 0.1, seed, start, mode: 'full', labelled: 10, run: `${start}-${seed}` },
    ...{
      primary: { name: 'top1', better: 'higher' },
      values: { top1: right.replaceAll('0', '').length / right.length },
    },
    right,
  });

  it('is refused without results', async () => {
    write('c/compare.json', { format: 1, settings: {}, results: [] });
    await expect(html(path.join(workspace, 'c'))).rejects.toMatchObject({
      code: 'comparison-missing',
    });
  });

  it('has its table, gains and figure', async () => {
    write('c/compare.json', {
      format: 1,
      settings: {
        from: { reference: '/w/runs/base' },
        labelled: { train: '/d/train', val: '/d/test' },
      },
      results: [0, 1].flatMap((seed) => [
        cell('pretrained', seed, '1110'),
        cell('scratch', seed, '1000'),
      ]),
    });
    const { kind, html: text } = await buildReport(
      { workspace, of: path.join(workspace, 'c') },
      NOW,
    );
    expect(kind).toBe('comparison');
    expectSelfContained(text);
    expect(text).toContain('Comparison of base with a start from scratch');
    expect(text).toContain('pre-training gives +50.0 points');
    expect(text).toContain('Top-1 with few labels (full)');
    expect(text).toContain('pretrained-1');
  });
});

describe('the file of a report', () => {
  it('replaces an earlier report and nothing else', async () => {
    await loggedRun(workspace, { name: 'first', recipe }, steps);
    const file = path.join(workspace, 'new', 'report.html');
    await saveReport(file, await html('first'));
    await saveReport(file, (await html('first')).replace('first', 'second'));
    expect(readFileSync(file, 'utf8')).toContain('second');
    writeFileSync(file, '<!doctype html><title>Mine</title>');
    await expect(saveReport(file, await html('first'))).rejects.toMatchObject({
      code: 'target-taken',
    });
  });
});
