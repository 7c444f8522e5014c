import path from 'node:path';
import { PROCESSOR, PROCESSOR_BY_EXECUTOR, type ProcessorExecutor } from '../../contract/device.ts';
import { readFields, SETTINGS } from '../../contract/jobs/fields.ts';
import { PRECISIONS, type Precision } from '../../contract/precision.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import { imageSides, type SharedValues } from '../../contract/settings/shared.ts';
import { usageError } from '../../contract/usage-error.ts';
import { TIMED_TASKS, type TimedTask } from '../../measure/timed-step.ts';
import { type BenchRow, benchCells, benchTable } from '../bench-table.ts';
import type { Command, CommandCall } from '../command.ts';
import { readDevice } from '../device-option.ts';
import { bytesText, countOf, percentText } from '../format.ts';

/** Batch that fits into the memory of most machines at 224 px. */
const LARGE_IMAGE_BATCH = 8;

const EXECUTOR_NAMES = Object.keys(PROCESSOR_BY_EXECUTOR) as ProcessorExecutor[];

export const command: Command = {
  name: 'bench',
  positionals: ['step|data'],
  options: {
    task: {
      value: TIMED_TASKS.join('|'),
      help: 'step: the task whose step is timed (default pretrain).',
    },
    recipe: {
      value: 'RECIPE|FILE',
      help: 'step: what to time (default small); several with commas between.',
    },
    set: { multiple: true, value: 'KEY=VALUE', help: 'step: change a setting of the recipes.' },
    batch: {
      value: 'N',
      help: 'step: images per step (default the recipe’s, at most 8 if over 64 px).',
    },
    device: {
      value: 'DEVICE|all',
      help: 'step: auto (default), cpu, …; several with commas between; all for all.',
    },
    executor: {
      value: EXECUTOR_NAMES.join('|'),
      help: 'step: the library that computes on the CPU; sets --device.',
    },
    precision: {
      value: [...PRECISIONS, 'all'].join('|'),
      help: 'step: float32 (default), float16, or all that a device has.',
    },
    data: { value: 'DIR', help: 'data: the folder to read.' },
    'image-size': { value: 'N', help: 'data: side of the crops (default 224).' },
    workers: { value: 'N', help: 'data: threads (default one).' },
  },
  examples: [
    'conmim bench step --recipe small --batch 8',
    'conmim bench step --recipe small --device cpu --executor onednn',
    'conmim bench step --recipe tiny,small,base --device all --precision all',
    'conmim bench step --task segment --set head=upernet --batch 4',
    'conmim bench data --data ~/pictures',
  ],
  async run(call) {
    const { args } = call;
    const what = args.positionals[0]!;
    if (what === 'data') return benchData(call);
    if (what !== 'step') throw usageError(`"${what}" is no bench; there are step and data.`);
    const recipes = (args.text('recipe') ?? 'small').split(',');
    const devices = devicesOf(call);
    const precision =
      args.choice('precision', [...PRECISIONS, 'all']) ??
      (devices.includes('all') ? 'all' : 'float32');
    const isOne = recipes.length === 1 && devices.length === 1;
    if (isOne && devices[0] !== 'all' && precision !== 'all')
      return benchOne(call, recipes[0]!, devices[0]!, precision);
    return benchMany(call, recipes, devices, precision);
  },
};

/** The names of devices; that of the CPU through the executor which is asked for. */
function devicesOf({ args }: CommandCall): string[] {
  const names = (args.text('device') ?? 'auto').split(',');
  const executor = args.choice('executor', EXECUTOR_NAMES);
  if (executor === undefined) return names;
  const other = names.find((name) => name !== 'auto' && name !== PROCESSOR);
  if (other !== undefined)
    throw usageError(`--executor is for the CPU, and --device is "${other}".`);
  return [PROCESSOR_BY_EXECUTOR[executor]];
}

async function benchOne(
  call: CommandCall,
  reference: string,
  deviceName: string,
  precision: Precision,
): Promise<void> {
  const { out, parts } = call;
  const { name, recipe } = await readRecipe(call, reference, precision);
  const device = await readDevice(call, deviceName, precision);
  const found = await parts.benchStep({ task: taskOf(call), recipe, name, device });
  out.record({ type: 'bench', ...found });
  const size = found.matmulSize;
  out.result(
    `${name}, batch ${found.batch}, ${found.device}, ${found.precision}: ${found.stepMs.toFixed(0)} ms a step, ${((found.batch * 1000) / found.stepMs).toFixed(1)} images/s`,
  );
  out.result(
    `${found.gflops.toFixed(0)} effective GFLOP/s, ${percentText(found.share, 0)} of the ${found.matmulGflops.toFixed(0)} of a plain matrix product, side ${size}`,
  );
  out.result(
    `${(found.compileMs / 1000).toFixed(1)} s to compile, ${bytesText(found.peakBytes)} of memory at most`,
  );
}

/** @throws StudioError as reading the recipe does, before anything is timed */
async function benchMany(
  call: CommandCall,
  recipes: readonly string[],
  names: readonly string[],
  precision: Precision | 'all',
): Promise<void> {
  const { args, out, parts } = call;
  for (const reference of recipes) await readRecipe(call, reference, 'float32');
  const { devices } = await parts.describeDevices();
  const tried = precision === 'all' ? 'float32' : precision;
  const ids: string[] = [];
  for (const name of names) ids.push(name === 'auto' ? await readDevice(call, name, tried) : name);
  const what = { task: taskOf(call), changes: args.texts('set'), batch: args.integer('batch') };
  const cells = benchCells(what, recipes, ids, precision, devices);
  const rows: BenchRow[] = [];
  for (const cell of cells) {
    out.note(`${cell.recipe} on ${cell.device} in ${cell.precision} …`);
    const row = await parts.benchCell(cell);
    rows.push(row);
    out.record({ type: 'bench', ...('found' in row ? row.found : { ...cell, error: row.why }) });
  }
  out.result(benchTable(rows));
}

function taskOf({ args }: CommandCall): TimedTask {
  return args.choice('task', TIMED_TASKS) ?? 'pretrain';
}

async function readRecipe(
  call: CommandCall,
  reference: string,
  precision: Precision,
): Promise<{ name: string; recipe: SharedValues }> {
  const { args, host } = call;
  const { loadRecipeOf } = await import('../../recipes/load.ts');
  const { changes } = readFields({ changes: SETTINGS }, args);
  const load = (more: SettingValues): { name: string; recipe: SharedValues } =>
    loadRecipeOf(taskOf(call), reference, { ...changes, ...more }, { folder: host.cwd });
  const { recipe: usual } = load({});
  const fits = Math.max(...imageSides(usual)) > 64 ? LARGE_IMAGE_BATCH : usual.batch_size;
  const batch = args.integer('batch') ?? Math.min(fits, usual.batch_size);
  return load({ batch_size: batch, precision });
}

async function benchData({ args, out, host, parts }: CommandCall): Promise<void> {
  const data = path.resolve(host.cwd, args.need('data', 'DIR'));
  const size = args.integer('image-size', 8) ?? 224;
  const workers = args.integer('workers') ?? 1;
  const found = await parts.benchData({ data, imageSize: size, workers });
  out.record({ type: 'bench', ...found });
  out.result(
    `${found.imagesPerSecond.toFixed(0)} images/s with ${countOf(workers, 'worker')}, ${found.imagesPerSecondPerCore.toFixed(0)} per core`,
  );
}
