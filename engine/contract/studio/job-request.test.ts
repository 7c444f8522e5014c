import { describe, expect, it } from 'vitest';
import { readArguments } from '../../cli/command.ts';
import { commandTable } from '../../cli/command-table.ts';
import { type JobRequest, jobArguments, jobRequestSchema, shellText } from './job-request.ts';

const places = { workspace: '/data/my work', results: '/data/results' };
const training = { settings: { lr: '1e-3', steps: '10' }, device: 'cpu', name: 'first' };
const labelled = { train: '/l/train', val: '/l/val', splitSeed: 2, leaveOutLeaks: true };
const from = { from: 'run-1', network: 'student', checkpoint: 200 } as const;

const requests: JobRequest[] = [
  { kind: 'pretrain', folders: ['/a, b', '/c'], recipe: 'tiny', ...training },
  { kind: 'pretrain', folders: ['/a'], from: 'old', ...training },
  { kind: 'finetune', ...from, ...labelled, fraction: 0.1, mode: 'partial:2', ...training },
  {
    kind: 'finetune',
    from: 'scratch',
    train: '/l',
    valFraction: 0.2,
    mode: 'full',
    recipe: 'micro',
    ...training,
  },
  {
    kind: 'compare',
    ...from,
    ...labelled,
    fractions: [0.01, 1],
    seeds: 3,
    out: '/data/earlier results',
    modes: ['full', 'linear'],
    settings: training.settings,
    device: 'cpu',
  },
  { kind: 'evaluate', model: 'animals', checkpoint: 20, data: '/l/test', device: 'auto' },
  { kind: 'knn', ...from, train: '/l/train', val: '/l/val', k: 20, device: 'auto' },
  {
    kind: 'embed',
    ...from,
    data: '/l',
    format: 'npy',
    pooling: 'cls',
    layer: 3,
    out: '/o/x.npy',
    device: 'cpu',
  },
  {
    kind: 'export',
    model: '-odd name',
    format: 'onnx',
    network: 'teacher',
    checkpoint: 5,
    out: '/o/x.onnx',
  },
  {
    kind: 'import',
    file: '/w/beit.pth',
    out: '/m/beit',
    heads: 6,
    mean: '-0.1,0.2,0.3',
    std: 'half',
  },
  { kind: 'resume', run: 'run-1', device: 'cpu', precision: 'float32', acceptChangedData: true },
  { kind: 'selftest', device: 'cpu' },
];

describe('the command line of a job', () => {
  it.each(requests.map((request) => [request.kind, request] as const))(
    'is understood by conmim %s, every value of it',
    async (_, request) => {
      expect(jobRequestSchema.parse(request)).toEqual(request);
      const [name, ...words] = jobArguments(request, places);
      const command = await commandTable.load(name!);
      const args = readArguments(command!, words);
      const told = JSON.stringify([args.positionals, words]);
      const { kind: _kind, settings, ...values } = request as Record<string, unknown>;
      for (const [key, value] of Object.entries(settings ?? {}))
        expect(args.texts('set')).toContain(`${key}=${value}`);
      for (const value of Object.values(values).flat())
        if (value !== true) expect(told).toContain(JSON.stringify(String(value)).slice(1, -1));
    },
  );

  it('says values by their options', async () => {
    const words = jobArguments(requests[2]!, places);
    const args = readArguments((await commandTable.load('finetune'))!, words.slice(1));
    expect(args.text('from')).toBe('run-1');
    expect(args.text('network')).toBe('student');
    expect(args.text('mode')).toBe('partial:2');
    expect(args.text('workspace')).toBe('/data/my work');
    expect(args.flag('leave-out-leaks')).toBe(true);
    expect(args.text('fraction')).toBe('0.1');
  });

  it('can be pasted into a shell', () => {
    expect(shellText(['conmim', 'a b', 'x="1" $HOME', 'plain,1.5=2'])).toBe(
      'conmim "a b" "x=\\"1\\" \\$HOME" plain,1.5=2',
    );
  });
});
