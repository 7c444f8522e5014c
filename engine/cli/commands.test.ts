import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import { pretrainSettings } from '../contract/recipe.ts';
import type { DeviceCheck } from '../contract/studio/device-check.ts';
import type { ResolveOptions } from '../devices/resolve-device.ts';
import { fakeCheck, fakeDevice, fakeFinding } from '../devices/testing/fake-devices.ts';
import type { Device } from '../executors/executor.ts';
import type { Check } from '../selftest/checks.ts';
import type { PretrainOrder } from '../train/pretrain.ts';
import type { StartedRun } from '../train/run-listener.ts';
import type { BenchCell, BenchRow } from './bench-table.ts';
import { doneEvent, runCommand, stepEvent } from './testing/fake-host.ts';

describe('devices', () => {
  const cpu = fakeDevice('cpu', { name: 'A processor', detail: '8 threads' });
  const webgpu = fakeDevice('webgpu', { memoryBytes: 8e9, precisions: ['float32', 'float16'] });
  const cuda = fakeDevice('cuda', {
    available: false,
    precisions: [],
    reason: 'its files are missing',
    advice: 'Fetch them.',
  });

  it('names what can be used, why the rest cannot, and what to do', async () => {
    const describeDevices = async () => ({
      devices: [cpu, cuda],
      checks: [],
      chosen: { id: 'cpu', reason: 'cpu: the only one that can be used here', unchecked: [] },
    });
    const { stdout, code } = await runCommand(['devices'], { describeDevices });
    expect(code).toBe(0);
    expect(stdout).toMatch(/cpu +ready +CPU +- +float32 +A processor, 8 threads/);
    expect(stdout).toContain('cuda: its files are missing\n  Fetch them.');
    expect(stdout).toContain('--device auto takes cpu: the only one that can be used here.');
    const { records } = await runCommand(['devices', '--json'], { describeDevices });
    expect(records[1]).toMatchObject({ type: 'device', id: 'cuda', available: false });
    expect(records[2]).toMatchObject({ type: 'devices', auto: { id: 'cpu' } });
  });

  it('says where a precision is slower than float32', async () => {
    const check = { ...fakeCheck('webgpu', 10), half: fakeFinding(20) };
    const describeDevices = async () => ({ devices: [webgpu], checks: [check] });
    const { stdout } = await runCommand(['devices'], { describeDevices });
    expect(stdout).toContain('\nwebgpu: float16 is 0.5 times as fast as float32 here.\n');
  });

  it('tries each on request and shows what that found', async () => {
    const worst = { quantity: 'loss', error: 2e-7, limit: 3e-6 };
    const checks: DeviceCheck[] = [];
    const parts = {
      describeDevices: async () => ({
        devices: [webgpu, cpu, cuda],
        checks,
        chosen: { id: 'webgpu', reason: 'webgpu, A card: passes', unchecked: [] },
      }),
      async checkDevices(devices: readonly Device[]) {
        expect(devices).toEqual([webgpu, cpu]);
        const half = fakeFinding('loss: 0.3 off');
        checks.push(
          { ...fakeCheck('webgpu', 10), worst, half },
          fakeCheck('cpu', 'logits: 1.0e-1 off'),
        );
        return checks;
      },
    };
    const { stdout, records } = await runCommand(['devices', '--check', '--json'], parts);
    expect(records[0]).toMatchObject({ id: 'webgpu', check: { ok: true, stepMs: 10, worst } });
    expect(stdout).not.toContain('SELF-TEST');
    checks.length = 0;
    const shown = await runCommand(['devices', '--check'], parts);
    expect(shown.stdout).toMatch(/webgpu +ready +GPU +8\.0 GB +float32, float16/);
    expect(shown.stdout).toMatch(/webgpu +passes +2\.0e-7 of 3\.0e-6 +10 ms +- +1970/);
    expect(shown.stdout).toMatch(/webgpu in float16 +FAILS +- +- +- +1970/);
    expect(shown.stdout).toContain('cpu fails its self-test: logits: 1.0e-1 off');
    expect(shown.stdout).toContain('webgpu in float16 fails its self-test: loss: 0.3 off');
  });
});

describe('--device', () => {
  it('auto is resolved and shown', async () => {
    const devices: string[] = [];
    const benchStep = async ({ device = '' }: { device?: string }) => {
      devices.push(device);
      throw new StudioError('cancelled', 'That is enough.');
    };
    const { stderr, records } = await runCommand(['bench', 'step', '--json'], {
      benchStep,
      async resolveDevice(name: string, { onProgress }: ResolveOptions = {}) {
        onProgress!({ done: 0, total: 2, text: 'Checking webgpu' });
        return { id: `${name}-resolved`, reason: 'webgpu, A card: 5 times as fast as cpu' };
      },
    });
    expect(devices).toEqual(['auto-resolved']);
    expect(stderr).toContain('Checking webgpu (1 of 2)');
    expect(stderr).toContain('Device: webgpu, A card: 5 times as fast as cpu');
    expect(records[0]).toEqual({ type: 'progress', done: 0, total: 2, text: 'Checking webgpu' });
  });

  it('auto of a bench is the device that computes right in its precision, also in a table', async () => {
    const cells: BenchCell[] = [];
    const parts = {
      describeDevices: async () => ({ devices: [], checks: [] }),
      resolveDevice: async (_: string, { precision }: ResolveOptions = {}) => ({
        id: `best-in-${precision}`,
      }),
      benchStep: async ({ device = '' }: { device?: string }) => {
        throw new StudioError('cancelled', device);
      },
      benchCell: async (cell: BenchCell): Promise<BenchRow> => {
        cells.push(cell);
        return { cell, why: 'not now' };
      },
    };
    const half = ['bench', 'step', '--precision', 'float16'];
    expect((await runCommand(half, parts)).stderr).toContain('best-in-float16');
    await runCommand([...half, '--recipe', 'tiny,small'], parts);
    expect(cells.map(({ device }) => device)).toEqual(['best-in-float16', 'best-in-float16']);
  });
});

describe('scan', () => {
  const summary = {
    images: 2,
    bytes: 1_500_000,
    formats: { jpeg: 2 },
    unreadable: [{ path: '/x/a\nb.jpg', reason: 'the file is empty' }],
    duplicates: [['/x/1.jpg', '/x/2.jpg']],
    kinds: {},
    doubts: [],
    system: { images: 0, folders: [] },
    repeatedFolders: [],
    fingerprint: 'ab'.repeat(32),
  };
  const folders: (readonly string[])[] = [];
  const scanFolders = async (given: readonly string[]) => {
    folders.push(given);
    return { ...summary, ignored: {} };
  };

  it('prints exactly one record with the agreed keys', async () => {
    const { records, stderr } = await runCommand(['scan', 'x', 'y', '--json'], { scanFolders });
    expect(records).toEqual([{ type: 'scan', ...summary }]);
    expect(stderr).toContain('2 images, 1.5 MB (2 jpeg)');
    expect(folders.at(-1)).toEqual([path.resolve('x'), path.resolve('y')]);
  });

  it('remembers in the workspace, and looks quickly where asked', async () => {
    const seen: unknown[] = [];
    const note =
      (how: string) => async (_: readonly string[], given?: { indexFile?: string | undefined }) => {
        seen.push([how, path.dirname(given!.indexFile!)]);
        return { ...summary, ignored: {} };
      };
    const parts = { scanFolders: note('full'), quickScan: note('quick') };
    await runCommand(['scan', 'x', '--workspace', 'w'], parts);
    const { records } = await runCommand(['scan', 'x', '--quick', '--json'], parts);
    const folder = (workspace: string) => path.resolve(workspace, 'datasets');
    expect(seen).toEqual([
      ['full', folder('w')],
      ['quick', folder('workspace')],
    ]);
    expect(records).toEqual([{ type: 'scan', depth: 'quick', ...summary }]);
  });

  it('names folders that occur more than once', async () => {
    const repeatedFolders = [{ path: '/x/val', readAs: '/x/train' }];
    const parts = { scanFolders: async () => ({ ...summary, ignored: {}, repeatedFolders }) };
    expect((await runCommand(['scan', 'x'], parts)).stdout).toContain(
      'read once: 1:\n  /x/val (read as /x/train)\n',
    );
    const { records } = await runCommand(['scan', 'x', '--json'], parts);
    expect(records).toEqual([{ type: 'scan', ...summary, repeatedFolders }]);
  });

  it('names unreadable files on one line each', async () => {
    const { stdout } = await runCommand(['scan', 'x'], { scanFolders });
    expect(stdout).toContain('  /x/a\\nb.jpg: the file is empty\n');
    expect(stdout).toContain('/x/1.jpg = /x/2.jpg');
  });
});

describe('sample-data', () => {
  it('passes folder and count on', async () => {
    const { code, records } = await runCommand(
      ['sample-data', 'cifar10', '--out', 'd', '--count', '12', '--json'],
      {
        sampleData: async (_name, { out, count }) => ({ out, train: count ?? 0, test: 3 }),
      },
    );
    expect(code).toBe(0);
    expect(records).toEqual([
      { type: 'sample-data', name: 'cifar10', out: path.resolve('d'), train: 12, test: 3 },
    ]);
  });
});

it('sample-data names what can be done with scenes', async () => {
  const { stdout } = await runCommand(['sample-data', 'scenes', '--out', 'd', '--count', '12'], {
    sampleData: async (_name, { out }) => ({ out, train: 10, test: 2 }),
  });
  const folder = path.resolve('d');
  expect(stdout).toContain('10 to train, 2 to validate.');
  expect(stdout).toContain(`conmim labels "${folder}" --format coco`);
  expect(stdout).toContain(`--task segment --train "${folder}"`);
});

describe('recipes', () => {
  it('lists all with their settings', async () => {
    const { records } = await runCommand(['recipes', '--json']);
    expect(records.map(({ name }) => name)).toEqual(['micro', 'tiny', 'small', 'base', 'large']);
    expect(records[2]!['settings']).toMatchObject({ embed_dim: 384, heads: 6 });
  });

  it('explains every setting that --set takes', async () => {
    const { stdout } = await runCommand(['recipes', '--show', 'small']);
    for (const key of pretrainSettings.keys)
      expect(stdout, key).toMatch(new RegExp(`^  ${key}=.+`, 'm'));
    expect(stdout).toContain('  mean=0.485,0.456,0.406');
    expect(stdout).toContain('  clip_grad=none');
    const { records } = await runCommand(['recipes', '--show', 'small', '--json']);
    expect(Object.keys(records[0]!['help'] as object)).toEqual(pretrainSettings.keys);
  });
});

const started: StartedRun = {
  id: 'r1',
  dir: '/w/runs/r1',
  device: 'cpu',
  images: 500,
  totalSteps: 3,
};

describe('pretrain', () => {
  const requests: PretrainOrder[] = [];
  const pretrain = async (request: PretrainOrder) => {
    requests.push(request);
    request.onRun!(started);
    for (const step of [1, 2, 3]) request.onEvent!(stepEvent(step));
    request.onEvent!(doneEvent(3));
    return { status: 'done' as const, step: 3, checkpoint: '/w/runs/r1/checkpoints/3' };
  };
  const argv = ['pretrain', '--data', 'a,b', '--data', 'c', '--recipe', 'micro', '--json'];

  it('prints run, steps and done, one object per line', async () => {
    const { code, records } = await runCommand(argv, { pretrain });
    expect(code).toBe(0);
    expect(records[0]).toMatchObject({ type: 'run', id: 'r1', dir: '/w/runs/r1' });
    expect(records.slice(1, 4)).toEqual([1, 2, 3].map((step) => stepEvent(step)));
    expect(records.at(-1)).toMatchObject({
      type: 'done',
      step: 3,
      checkpoint: '/w/runs/r1/checkpoints/3',
    });
  });

  it('resolves folders, recipe, settings, length, workspace and name', async () => {
    const more = [
      '--set',
      'lr=1e-3',
      '--set',
      'clip_grad=none',
      '--epochs',
      '2',
      '--device',
      'cpu',
    ];
    await runCommand([...argv, ...more, '--workspace', 'w', '--name', 'mine'], { pretrain });
    const request = requests.at(-1)!;
    expect(request.data).toEqual(['a', 'b', 'c'].map((folder) => path.resolve(folder)));
    expect(request.recipe).toMatchObject({ lr: 1e-3, clip_grad: null, epochs: 2, steps: null });
    expect(request).toMatchObject({ workspace: path.resolve('w'), name: 'mine', device: 'cpu' });
    await runCommand([...argv, '--steps', '7'], { pretrain });
    expect(requests.at(-1)!.recipe.steps).toBe(7);
    expect(requests.at(-1)!.workspace).toBe(path.resolve('workspace'));
  });

  it('warns of a recipe that makes no sense on the device chosen', async () => {
    const { stderr } = await runCommand(['pretrain', '--data', 'a', '--recipe', 'base'], {
      pretrain,
    });
    expect(stderr).toMatch(/Warning: The recipe base is made for a GPU/);
  });

  it('prints plain lines into a file, and a line that redraws on a terminal', async () => {
    const plain = await runCommand(argv.slice(0, -1), { pretrain }, { now: () => 0 });
    expect(plain.stderr).toContain(
      'step 1/3  loss 4.190  match 2.1 % (chance 1.6 %)  321 images/s',
    );
    expect(plain.stderr).not.toContain('\r');
    const drawn = await runCommand(argv.slice(0, -1), { pretrain }, { terminal: true });
    expect(drawn.stderr).toContain(
      '\r[████████████······] step 2/3  loss 4.180  match 2.2 %  321 images/s  1:05 left',
    );
    expect(drawn.stdout).toContain('Done: 3 steps');
    expect(drawn.stdout).toContain('conmim export "/w/runs/r1"');
  });

  it('reports a failure once although the run reports it too', async () => {
    const failing = async (request: PretrainOrder) => {
      request.onRun!(started);
      const error = new StudioError('training-diverged', 'The loss is not finite.', {
        details: { step: 1, rewinds: 2 },
      });
      request.onEvent!({ ...error.toJSON(), type: 'error', step: 1, time: 0 });
      throw error;
    };
    const { code, records } = await runCommand(argv, { pretrain: failing });
    expect(code).toBe(1);
    expect(records.filter(({ type }) => type === 'error')).toEqual([
      {
        type: 'error',
        code: 'training-diverged',
        message: 'The loss is not finite.',
        details: { step: 1, rewinds: 2 },
      },
    ]);
  });

  it('succeeds when the run was stopped, and prints how to resume', async () => {
    const stopping = async (request: PretrainOrder) => {
      request.onRun!(started);
      request.onEvent!(stepEvent(1));
      return { status: 'stopped' as const, step: 1, checkpoint: '/c' };
    };
    const { code, stdout } = await runCommand(argv.slice(0, -1), { pretrain: stopping });
    expect(code).toBe(0);
    expect(stdout).toContain('Stopped at step 1. Resume with:\n  conmim resume "/w/runs/r1"');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends with an exit code that stops a shell after %s', async (signal, expected) => {
    const interrupted = async (request: PretrainOrder) => {
      request.onRun!(started);
      request.onEvent!(stepEvent(1));
      request.onInterrupt!(signal);
      return { status: 'stopped' as const, step: 1, checkpoint: '/c', interruptedBy: signal };
    };
    const ran = await runCommand(argv.slice(0, -1), { pretrain: interrupted });
    expect(ran.code).toBe(expected);
    expect(ran.stderr).toContain('Saving a checkpoint, then ending. Ctrl-C again ends at once.');
    expect(ran.stdout).toContain('Stopped at step 1. Resume with:');
  });

  it('reports that nothing was trained when all steps were done before', async () => {
    const finished = async (request: PretrainOrder) => {
      request.onRun!(started);
      request.onEvent!({ type: 'done', step: 3, time: 0, checkpoint: '/c' });
      return { status: 'done' as const, step: 3, checkpoint: '/c' };
    };
    const { stdout } = await runCommand(argv.slice(0, -1), { pretrain: finished });
    expect(stdout).toContain('The run had all of its 3 steps already, so nothing was trained.');
    expect(stdout).not.toContain('Done:');
  });
});

describe('selftest', () => {
  const check = (ok: boolean): Check => ({
    fixture: 'pretrain_tiny',
    quantity: 'loss',
    error: ok ? 1e-7 : 1,
    limit: 3e-6,
    ok,
  });
  const runSelftest = (ok: boolean) => async (options: { onCheck?: (check: Check) => void }) => {
    options.onCheck!(check(ok));
    return { ok, worst: ok ? 0.03 : 3e5, device: 'cpu', skipped: [] };
  };

  it('prints every check and a verdict', async () => {
    const parts = { runSelftest: runSelftest(true) };
    const { code, records } = await runCommand(['selftest', '--json'], parts);
    expect(code).toBe(0);
    expect(records[0]).toEqual({ type: 'check', ...check(true) });
    expect(records[1]).toMatchObject({ type: 'selftest', ok: true, worst: 0.03 });
    expect((await runCommand(['selftest'], parts)).stdout).toMatch(
      /ok +pretrain_tiny +loss +1.0e-7/,
    );
  });

  it('takes every device that can be used, and fails when one does', async () => {
    const tested: string[] = [];
    const parts = {
      describeDevices: async () => ({
        devices: [
          ...[fakeDevice('cpu'), fakeDevice('webgpu')],
          fakeDevice('cuda', { available: false, reason: 'none' }),
        ],
        checks: [],
      }),
      runSelftest: async (options: { device?: string; onCheck?: (check: Check) => void }) => {
        tested.push(options.device!);
        const found = await runSelftest(options.device === 'cpu')(options);
        return { ...found, device: options.device! };
      },
    };
    const { code, stdout } = await runCommand(['selftest', '--device', 'all'], parts);
    expect(tested).toEqual(['cpu', 'webgpu']);
    expect(code).toBe(1);
    expect(stdout).toContain('1 of 2 devices compute wrong: webgpu.');
  });

  it('fails with exit code 1 and still a verdict', async () => {
    const { code, records } = await runCommand(['selftest', '--json'], {
      runSelftest: runSelftest(false),
    });
    expect(code).toBe(1);
    expect(records.map(({ type }) => type)).toEqual(['check', 'selftest']);
  });
});

describe('bench', () => {
  it('prints the agreed keys of a step', async () => {
    const found = {
      recipe: 'small',
      batch: 8,
      device: 'cpu',
      executor: 'onnxruntime',
      stepMs: 900,
      compileMs: 2000,
      gflops: 210,
      matmulGflops: 250,
      share: 0.84,
      precision: 'float32' as const,
      matmulSize: 2048,
      peakBytes: 2.2e9,
    };
    const benchStep = async ({
      recipe,
      name,
    }: {
      recipe: { batch_size: number };
      name: string;
    }) => ({
      ...found,
      recipe: name,
      batch: recipe.batch_size,
    });
    const argv = ['bench', 'step', '--recipe', 'small', '--batch', '8'];
    expect((await runCommand([...argv, '--json'], { benchStep })).records).toEqual([
      { type: 'bench', ...found },
    ]);
    expect((await runCommand(argv, { benchStep })).stdout).toContain('84 % of the 250');
  });

  it('takes the executor of the CPU that is asked for, and of no other device', async () => {
    const asked: string[] = [];
    const resolveDevice = async (id: string) => {
      asked.push(id);
      throw new Error('enough');
    };
    for (const executor of ['onnxruntime', 'onednn'])
      await runCommand(['bench', 'step', '--executor', executor], { resolveDevice });
    expect(asked).toEqual(['cpu', 'cpu:onednn']);
    const { code, stderr } = await runCommand(
      ['bench', 'step', '--device', 'webgpu', '--executor', 'onednn'],
      { resolveDevice },
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('--device is "webgpu"')]);
  });

  it('makes a table of recipes, devices and precisions, also when some fail', async () => {
    const device = (id: string, kind: Device['kind'], precisions: Device['precisions']) => ({
      id,
      kind,
      precisions,
      executor: 'onnxruntime',
      name: id,
      available: true,
    });
    const describeDevices = async () => ({
      devices: [
        device('cpu', 'cpu', ['float32']),
        device('webgpu', 'gpu', ['float32', 'float16']),
        device('reference', 'check', ['float32']),
      ],
      checks: [],
    });
    const benchCell = async (cell: BenchCell): Promise<BenchRow> => {
      if (cell.recipe === 'small' && cell.device === 'webgpu') return { cell, why: 'too small' };
      const measured = { stepMs: 500, compileMs: 1, gflops: 2000, matmulGflops: 4000, share: 0.5 };
      const sizes = { batch: 8, matmulSize: 2048, peakBytes: 1e9, cardBytes: 3e9 };
      return { cell, found: { ...cell, executor: 'onnxruntime', ...measured, ...sizes } };
    };
    const argv = ['bench', 'step', '--recipe', 'tiny,small', '--device', 'all'];
    const { stdout } = await runCommand(argv, { describeDevices, benchCell });
    const [table, ...reasons] = stdout.trim().split('\n\n');
    expect(reasons).toEqual([
      'small, webgpu, float32: too small',
      'small, webgpu, float16: too small',
    ]);
    expect(table!.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      expect.arrayContaining(['RECIPE', 'IMAGES/S', 'TFLOP/S', 'MEMORY']),
      ['tiny', '8', 'cpu', 'float32', '16.0', '500.0', '2.000', '50 % of 4.000', '3.0 GB'],
      expect.arrayContaining(['tiny', 'webgpu', 'float32']),
      expect.arrayContaining(['tiny', 'webgpu', 'float16']),
      expect.arrayContaining(['small', 'cpu', 'float32']),
      expect.arrayContaining(['small', 'webgpu', 'failed, see below']),
      expect.arrayContaining(['small', 'webgpu', 'failed, see below']),
    ]);
    const { records } = await runCommand([...argv, '--json'], { describeDevices, benchCell });
    expect(records).toHaveLength(6);
    expect(records[4]).toMatchObject({ type: 'bench', device: 'webgpu', error: 'too small' });
  });

  it('prints the agreed keys of reading images', async () => {
    const { records } = await runCommand(
      ['bench', 'data', '--data', 'x', '--image-size', '64', '--workers', '2', '--json'],
      {
        benchData: async ({ imageSize, workers }) => ({
          imagesPerSecond: imageSize,
          imagesPerSecondPerCore: workers,
        }),
      },
    );
    expect(records).toEqual([{ type: 'bench', imagesPerSecond: 64, imagesPerSecondPerCore: 2 }]);
  });
});

describe('stop and runs', () => {
  it('passes the run on', async () => {
    const { records } = await runCommand(['stop', 'r1', '--json'], {
      stopRun: async ({ run }) => ({ id: run, status: 'stopped' }),
    });
    expect(records).toEqual([{ type: 'stop', id: 'r1', status: 'stopped' }]);
  });

  it('says when there are none', async () => {
    const { code, stdout } = await runCommand(['runs'], {
      listRuns: async () => ({ runs: [], damaged: [] }),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('There are no runs');
  });
});
