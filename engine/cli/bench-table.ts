/** Training steps of several recipes on several devices, each in a process of its own, as one table. */
import { spawn } from 'node:child_process';
import type { Precision } from '../contract/precision.ts';
import type { Device } from '../executors/executor.ts';
import type { StepBench } from '../measure/bench-step.ts';
import { allocatorEnvironment } from '../platform/allocator-environment.ts';
import { openMpEnvironment } from '../platform/openmp-environment.ts';
import { bytesText, percentText } from './format.ts';
import { table } from './output.ts';

export interface BenchCell extends Pick<StepBench, 'task' | 'recipe' | 'device' | 'precision'> {
  /** `key=value` of settings that are changed. */
  readonly changes: readonly string[];
  readonly batch?: number | undefined;
}

/** What came of a cell; a step that could not be made says why. */
export type BenchRow = { readonly cell: BenchCell } & (
  | { readonly found: StepBench }
  | { readonly why: string }
);

/**
 * @param what which steps, for each of the recipes
 * @param names device ids, or `all` for those that are worth training on
 * @param precision one, or `all` for those that a device has
 */
export function benchCells(
  what: Pick<BenchCell, 'task' | 'changes' | 'batch'>,
  recipes: readonly string[],
  names: readonly string[],
  precision: Precision | 'all',
  devices: readonly Device[],
): BenchCell[] {
  const isAll = names.includes('all');
  const chosen = isAll
    ? devices.filter(({ kind, available }) => available && (kind === 'cpu' || kind === 'gpu'))
    : names.map((name) => devices.find(({ id }) => id === name) ?? { id: name, precisions: [] });
  return recipes.flatMap((recipe) =>
    chosen.flatMap(({ id, precisions }) =>
      (precision === 'all' ? precisions : [precision]).map((one) => ({
        ...what,
        recipe,
        device: id,
        precision: one,
      })),
    ),
  );
}

/** One step timed by this same program in a process of its own, which a device may take with it. */
export function benchInProcess(cell: BenchCell): Promise<BenchRow> {
  const words = ['bench', 'step', '--task', cell.task, '--recipe', cell.recipe];
  words.push('--device', cell.device, '--precision', cell.precision, '--json');
  for (const change of cell.changes) words.push(`--set=${change}`);
  if (cell.batch !== undefined) words.push('--batch', String(cell.batch));
  const child = spawn(process.execPath, [process.argv[1]!, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // As jobs are started.
    env: {
      ...process.env,
      ...allocatorEnvironment(process.env),
      ...openMpEnvironment(process.env),
    },
    windowsHide: true,
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve) => {
    child.on('error', ({ message }) => resolve({ cell, why: message }));
    child.on('close', (code, signal) =>
      resolve(rowOf(cell, out, errors, signal ?? `code ${code}`)),
    );
  });
}

function rowOf(cell: BenchCell, out: string, errors: string, ending: string): BenchRow {
  const records = out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const bench = records.find(({ type }) => type === 'bench');
  if (bench !== undefined) {
    const { type: _, ...found } = bench;
    return { cell, found: found as unknown as StepBench };
  }
  const error = records.find(({ type }) => type === 'error');
  const why = error?.['message'] ?? errors.trim().split('\n').at(-1);
  return { cell, why: String(why || `the process ended (${ending})`) };
}

const HEADINGS = [
  'RECIPE',
  'BATCH',
  'DEVICE',
  'PRECISION',
  'IMAGES/S',
  'MS/STEP',
  'TFLOP/S',
  'OF PLAIN PRODUCT',
  'MEMORY',
];

export function benchTable(rows: readonly BenchRow[]): string {
  const lines = rows.map((row) => {
    const { recipe, batch, device, precision } = row.cell;
    if ('why' in row) return [recipe, String(batch ?? ''), device, precision, 'failed, see below'];
    const { found } = row;
    return [
      recipe,
      String(found.batch),
      device,
      precision,
      ((found.batch * 1000) / found.stepMs).toFixed(1),
      found.stepMs.toFixed(1),
      (found.gflops / 1000).toFixed(3),
      `${percentText(found.share, 0)} of ${(found.matmulGflops / 1000).toFixed(3)}`,
      bytesText(found.cardBytes ?? found.peakBytes),
    ];
  });
  const reasons = rows.flatMap((row) =>
    'why' in row
      ? [`${row.cell.recipe}, ${row.cell.device}, ${row.cell.precision}: ${row.why}`]
      : [],
  );
  return [table([HEADINGS, ...lines]), ...reasons].join('\n\n');
}
