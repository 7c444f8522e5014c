/** Paths that inputs may name; the studio behind only records the calls that reach it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobRequestSchema } from '../contract/jobs/register.ts';
import { type CommandName, studioApi } from '../contract/studio/api.ts';
import { confine, type PathLimits } from './confine.ts';
import { MemoryStudio } from './testing/memory-studio.ts';

let base: string;
let root: string;
let limits: PathLimits;

beforeAll(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'conmim-confine-')));
  root = path.join(base, 'root');
  const workspace = path.join(base, 'workspace');
  for (const folder of ['root/images', 'outside/images', 'workspace/runs/run-1'])
    mkdirSync(path.join(base, folder), { recursive: true });
  writeFileSync(path.join(base, 'outside', 'weights.pth'), '');
  for (const folder of ['root', 'outside']) writeFileSync(path.join(base, folder, 'shard.tar'), '');
  symlinkSync(path.join(base, 'outside'), path.join(root, 'way-out'), 'junction');
  symlinkSync(path.join(base, 'outside', 'new'), path.join(root, 'way-to-new'), 'junction');
  symlinkSync(path.join(base, 'outside'), path.join(workspace, 'run-2'), 'junction');
  symlinkSync(path.join(root, 'images'), path.join(root, 'way-in'), 'junction');
  limits = { roots: [root, workspace], workspace };
});
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));

/** The error code of a refused call; `passed` when it reached the studio. */
async function outcome(name: CommandName, input: object): Promise<string> {
  const studio = new MemoryStudio();
  // The input is validated against its schema, as one from a page is.
  const parsed = studioApi[name].input.parse(input) as never;
  try {
    await confine(studio, limits).call(name, parsed);
  } catch (error) {
    if (studio.calls.length === 0) return (error as { code?: string }).code ?? 'no code';
  }
  expect(studio.calls).toEqual([{ name, input: parsed }]);
  return 'passed';
}

const labelled = { train: '$', device: 'cpu', settings: {} };

/** All fields that name a path; each input has one `$`. */
const WITH_PATH: readonly (readonly [CommandName, object])[] = [
  ['folders.list', { path: '$' }],
  ['datasets.add', { kind: 'images', folders: ['#', '$'] }],
  ...(['images', 'masks', 'classTable'] as const).map(
    (field) =>
      ['datasets.add', { kind: 'dense', folders: ['#'], dense: { [field]: '$' } }] as const,
  ),
  ...(['images', 'masks', 'classTable'] as const).map(
    (field) => ['datasets.readLabels', { id: 'a', dense: { [field]: '$' } }] as const,
  ),
  ['datasets.preview', { folders: ['$'], recipe: 'tiny', settings: {}, count: 1, draw: 0 }],
  ['datasets.preview', { folders: ['#'], recipe: '$', settings: {}, count: 1, draw: 0 }],
  ['pretrain.estimate', { kind: 'pretrain', folders: ['$'], settings: {}, device: 'cpu' }],
  ['models.describe', { reference: '$' }],
  ['models.task', { reference: '$' }],
  ['insight.lookupPatch', { id: '20260101-run', image: '$', row: 0, col: 0, k: 1, scores: false }],
  ['insight.attention', { networks: [{ reference: 'r' }], images: ['#', '$'], count: 1 }],
  ['insight.attention', { networks: [{ reference: '$' }], images: ['#'], count: 1 }],
  ...(
    [
      { kind: 'pretrain', folders: ['$'], settings: {}, device: 'cpu' },
      { kind: 'pretrain', folders: ['#,$'], settings: {}, device: 'cpu' },
      { kind: 'pretrain', folders: ['#'], recipe: '$', settings: {}, device: 'cpu' },
      { kind: 'pretrain', folders: ['#'], from: '$', settings: {}, device: 'cpu' },
      { kind: 'prepare', folders: ['#', '$'], settings: {} },
      { kind: 'prepare', folders: ['#'], recipe: '$', settings: {} },
      { kind: 'prepare', folders: ['#'], from: '$', settings: {} },
      { kind: 'prepare', folders: ['#'], out: '$', settings: {} },
      { kind: 'finetune', from: 'run-1', mode: 'full', ...labelled },
      { kind: 'finetune', from: 'run-1', mode: 'full', ...labelled, train: '#', val: '$' },
      { kind: 'finetune', from: '$', mode: 'full', ...labelled, train: '#' },
      { kind: 'finetune', from: 'run-1', mode: 'full', ...labelled, train: '#', recipe: '$' },
      { kind: 'compare', from: '$', fractions: [1], seeds: 1, modes: ['full'], ...labelled },
      { kind: 'compare', from: 'r', fractions: [1], seeds: 1, modes: ['full'], ...labelled },
      { kind: 'partial', from: '$', seeds: 1, ...labelled, train: '#' },
      { kind: 'partial', from: 'run-1', seeds: 1, ...labelled },
      { kind: 'evaluate', model: 'run-1', data: '$', device: 'cpu' },
      { kind: 'evaluate', model: '$', data: '#', device: 'cpu' },
      { kind: 'evaluate', model: 'run-1', data: '#', masks: '$', device: 'cpu' },
      { kind: 'evaluate', model: 'run-1', data: '#', classTable: '$', device: 'cpu' },
      { kind: 'predict', model: 'run-1', data: ['#', '$'], device: 'cpu' },
      { kind: 'predict', model: '$', data: ['#'], device: 'cpu' },
      { kind: 'knn', from: 'run-1', train: '$', val: '#', k: 1, device: 'cpu' },
      { kind: 'knn', from: 'run-1', train: '#', val: '$', k: 1, device: 'cpu' },
      { kind: 'knn', from: '$', train: '#', val: '#', k: 1, device: 'cpu' },
      ...(['data', 'out', 'from'] as const).map((field) => ({
        kind: 'embed',
        from: 'run-1',
        data: '#',
        out: '#',
        device: 'cpu',
        format: 'csv',
        pooling: 'mean',
        [field]: '$',
      })),
      ...(['run', 'data'] as const).map((field) => ({
        kind: 'map',
        run: 'run-1',
        data: '#',
        pooling: 'mean',
        count: 100,
        neighbours: 15,
        clusters: 5,
        seed: 0,
        device: 'cpu',
        [field]: '$',
      })),
      { kind: 'lookup', run: 'run-1', build: '$', words: 64, device: 'cpu' },
      { kind: 'lookup', run: '$', build: '#', words: 64, device: 'cpu' },
      ...(['folders', 'recipe', 'train', 'eval', 'out'] as const).map((field) => ({
        ...{ kind: 'study', folders: ['#'], train: '#', eval: '#', out: '#', vary: ['lr=1e-3'] },
        ...{ search: 'grid', seeds: 1, judge: 'knn', k: 1, device: 'cpu', settings: {} },
        [field]: field === 'folders' ? ['$'] : '$',
      })),
      { kind: 'export', model: 'run-1', format: 'onnx', out: '$' },
      { kind: 'export', model: '$', format: 'onnx', out: '#' },
      { kind: 'import', file: '$', out: '#' },
      { kind: 'import', file: '#', out: '$' },
      { kind: 'resume', run: '$' },
      { kind: 'sample-data', name: 'cifar10', out: '$' },
      { kind: 'sample-data', name: 'cifar10', out: '#', archive: '$' },
    ] as const
  ).map((job) => ['jobs.submit', job] as const),
];

/** `$` stands for `target`, `#` for something within the roots. */
function filled(input: object, target: string): object {
  const inside = path.join(root, 'images');
  return JSON.parse(JSON.stringify(input), (_, value) =>
    typeof value === 'string'
      ? value.replace(/[$#]/g, (mark) => (mark === '$' ? target : inside))
      : value,
  );
}

describe('paths', () => {
  it.each(WITH_PATH)('of %s %j stay within the roots', async (name, input) => {
    const folders = ['root/images', 'root/not/there/yet', 'root/way-in', 'root', 'workspace/runs'];
    const inside = [...folders, 'root/shard.tar', 'root/shard.tar/cat/1.jpg'];
    for (const target of inside)
      expect(await outcome(name, filled(input, path.join(base, target)))).toBe('passed');
    const outside = [
      base,
      path.parse(base).root,
      path.join(base, 'root-beside'),
      `${root}/../outside`,
      `${root}/images/../../outside/images`,
      path.join(root, 'way-out'),
      path.join(root, 'way-out', 'images'),
      path.join(root, 'way-out', 'not-there-yet'),
      path.join(root, 'way-out', 'shard.tar', 'cat', '1.jpg'),
      // A file that is written there would be created outside the roots.
      path.join(root, 'way-to-new'),
      path.join(root, 'way-to-new', 'file'),
      // The system resolves the link before `..`.
      `${root}/way-out/../images`,
    ];
    for (const target of outside)
      expect([target, await outcome(name, filled(input, target))]).toEqual([
        target,
        'path-outside-roots',
      ]);
  });

  it('are whole, since nobody can tell where others begin', async () => {
    for (const target of ['images', './images', '../outside', '', '~/images'])
      expect([target, await outcome('folders.list', { path: target })]).toEqual([
        target,
        'path-invalid',
      ]);
    expect(await outcome('folders.list', { path: `${root}/a\0b` })).toBe('path-invalid');
  });

  it('of a length that nothing on a disk has are refused at once, and so are very many', async () => {
    const deep = `${root}${'/a'.repeat(30_000)}`;
    const given = (path: string) => studioApi['folders.list'].input.safeParse({ path }).success;
    expect([given(deep), given(deep.slice(0, 4000))]).toEqual([false, true]);
    const reference = 'a/'.repeat(30_000);
    expect(studioApi['models.describe'].input.safeParse({ reference }).success).toBe(false);
    const many = Array.from({ length: 1001 }, (_, i) => `${root}/${i}`);
    for (const folders of [many, [`${root}/${many.map((_, i) => i).join(',')}`]])
      expect(
        await outcome('pretrain.estimate', {
          kind: 'pretrain',
          folders,
          settings: {},
          device: 'cpu',
        }),
      ).toBe('call-invalid');
  });

  it('that are refused are answered with the roots', async () => {
    await expect(
      confine(new MemoryStudio(), limits).call('folders.list', { path: base }),
    ).rejects.toMatchObject({
      message: expect.stringContaining(base),
      advice: expect.stringContaining(root),
      details: { roots: limits.roots },
    });
  });
});

describe('names', () => {
  it.each(['run-1', 'a run that is not there', 'scratch', 'tiny', 'vit:small', 'runs/run-1'])(
    'of runs and recipes pass: %s',
    async (name) => {
      expect(await outcome('models.describe', { reference: name })).toBe('passed');
    },
  );

  it.each([
    '..',
    '../outside/weights.pth',
    'runs/../../outside',
    'run-2',
    'run-2/weights.pth',
    'a\0b',
    '/etc/passwd',
  ])('that lead out of the workspace do not: %j', async (name) => {
    expect(await outcome('models.describe', { reference: name })).toBe('path-outside-roots');
  });

  it('of runs by id are no paths', async () => {
    const rest = {
      'runs.series': { names: ['loss'], pieces: 10 },
      'runs.control': { command: 'stop' },
    };
    for (const name of [
      ...([
        'runs.get',
        'runs.edit',
        'runs.delete',
        'insight.lookups',
        'runs.events',
        'runs.series',
        'runs.control',
      ] as const),
    ]) {
      const more = {
        ...(name === 'runs.events' ? { offset: 0, count: 1 } : {}),
        ...(rest[name as keyof typeof rest] ?? {}),
      };
      expect(await outcome(name, { id: '20260101-run', ...more })).toBe('passed');
      for (const id of ['..', '.', '../run', 'a/b', 'a\\b', path.join(root, 'images'), 'a\0'])
        expect([name, id, await outcome(name, { id, ...more })]).toEqual([
          name,
          id,
          'run-not-found',
        ]);
    }
  });
});

it('passes what names nothing', async () => {
  const inputs: readonly (readonly [CommandName, object])[] = [
    ['app.info', {}],
    ['settings.write', { theme: 'dark' }],
    ['datasets.images', { id: 'x', offset: 0, count: 10, class: '../cats' }],
    ['datasets.images', { id: 'x', offset: 0, count: 10, folder: '/names/a/view' }],
    ['datasets.missing', { id: 'x' }],
    ['datasets.rename', { id: 'x', name: '/slashes/are/fine/' }],
    ['jobs.log', { id: 'x', lines: 5 }],
    ['jobs.submit', { kind: 'selftest', device: 'cpu' }],
    ['evaluations.get', { job: 'x' }],
    ['evaluations.images', { job: 'x', offset: 0, count: 1 }],
    ['evaluations.mistakes', { job: 'x', offset: 0, count: 1 }],
    ['results.files', { job: 'x' }],
    ['reports.build', { job: 'x', pictures: true }],
    ['evaluations.neighbours', { job: 'x', offset: 0, count: 1 }],
  ];
  for (const [name, input] of inputs) expect(await outcome(name, input)).toBe('passed');
});

it('covers every kind of job that names paths', () => {
  const tried = new Set(
    WITH_PATH.filter(([name]) => name === 'jobs.submit').map(([, job]) => Reflect.get(job, 'kind')),
  );
  const kinds = jobRequestSchema.options.map((option) => option.shape.kind.value);
  expect(kinds.filter((kind) => !tried.has(kind))).toEqual(['selftest', 'devices']);
});

it('lets pushes through', () => {
  const studio = new MemoryStudio();
  const heard: unknown[] = [];
  const end = confine(studio, limits).subscribe((push) => heard.push(push));
  studio.push({ topic: 'queue', waiting: ['a'] });
  end();
  studio.push({ topic: 'queue', waiting: [] });
  expect(heard).toEqual([{ topic: 'queue', waiting: ['a'] }]);
});
