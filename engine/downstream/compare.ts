/**
 * Comparison of fine-tuning from a pre-trained network and from scratch: the same recipe at several
 * shares of the labels, with several seeds.
 *
 * Results are written as they come, and existing results are reused.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import { type Mode, modeText } from '../contract/mode.ts';
import { writtenScores } from '../contract/scores.ts';
import { DEFAULT_TASK } from '../contract/tasks.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { makeFolder, nodeDisk, onDisk } from '../disk/disk.ts';
import { Lock } from '../disk/lock.ts';
import { refuseTaken, targetTaken } from '../disk/result-file.ts';
import { isConfined } from '../platform/confined.ts';
import type { LabelledSpec } from '../runs/labelled-spec.ts';
import { listRuns } from '../runs/run-folder.ts';
import { LIVE_STATUSES, type RunRecord, type RunStatus } from '../runs/run-record.ts';
import type { LabelledTypes } from '../tasks/labelled-task.ts';
import { type AnyLabelledTask, labelledTask } from '../tasks/register.ts';
import type { RunListener } from '../train/run-listener.ts';
import type { RunOutcome } from '../train/train-run.ts';
import { type CellResult, type Comparison, comparisonOf, type Start } from './comparison.ts';
import {
  comparisonCsv,
  comparisonFigure,
  comparisonMarkdown,
  figureName,
} from './comparison-files.ts';
import { type FinetuneOrder, finetune } from './finetune.ts';
import {
  COMPARISON_FILE,
  parseSaved,
  type SavedComparison,
  savedTask,
  withWarnings,
} from './saved-comparison.ts';

export interface CompareOrder
  extends Pick<
      FinetuneOrder,
      'workspace' | 'task' | 'recipe' | 'overrides' | 'folder' | 'device' | 'prepared'
    >,
    Pick<RunListener, 'signal' | 'onInterrupt'> {
  readonly from: Exclude<FinetuneOrder['from'], 'scratch'>;
  readonly labelled: Omit<LabelledSpec, 'fraction' | 'fractionSeed' | 'pretrainedOn'>;
  /** shares of the labels, each above 0 and at most 1 */
  readonly fractions: readonly number[];
  /** number of trainings per cell, each with another draw of labels and another initialisation */
  readonly seeds: number;
  readonly modes: readonly Mode[];
  /** Where results, table and figures are written. */
  readonly out: string;
  /** Called with a sentence about what is waited for. */
  readonly onWait?: (text: string) => void;
  readonly onCell?: (cell: CellResult, done: number, total: number) => void;
  readonly onEvent?: RunListener['onEvent'];
}

/** More epochs than any run has. */
const ONLY_AT_THE_END = 1e6;

const STARTS: readonly Start[] = ['pretrained', 'scratch'];

type Train = (order: FinetuneOrder) => Promise<RunOutcome<LabelledTypes>>;

/**
 * @param train  trains one cell; tests replace it
 * @param taskOf finds a task by name
 * @throws StudioError `target-taken`; `comparison-changed` when `out` has results of other
 *   settings; `run-locked` while another process works there
 */
export async function compare(
  order: CompareOrder,
  train: Train = finetune,
  taskOf = labelledTask,
): Promise<Comparison> {
  const { out } = order;
  await onDisk(out, () => makeFolder(out));
  const { onWait } = order;
  const lock = await Lock.acquire(out, { what: `The comparison in ${out}`, onWait });
  try {
    return await compareLocked(order, train, taskOf);
  } finally {
    lock.release();
  }
}

async function compareLocked(
  order: CompareOrder,
  train: Train,
  taskOf: typeof labelledTask,
): Promise<Comparison> {
  const { from, labelled, overrides, recipe, out } = order;
  // Views of prepared images differ slightly from those of files, so what was said of them stays.
  const prepared = order.prepared === 'off' ? 'off' : undefined;
  const settings = JSON.parse(JSON.stringify({ from, labelled, overrides, recipe, prepared }));
  const found = await readSaved(order, settings);
  let saved: SavedComparison = found ?? { format: 1, settings, results: [] };
  const asked = found === undefined ? order : { ...order, task: savedTask(found) };
  const cells = allCells(order);
  const warnings = new Set(saved.warnings);
  for (const cell of cells) {
    if (saved.results.some((result) => sameCell(result, cell))) continue;
    await removeUnfinished(order, cell);
    const { task, result, interruptedBy } = await trainCell(
      { ...asked, onEvent: noting(warnings, order.onEvent) },
      cell,
      train,
      taskOf,
    );
    const results = [...saved.results, result];
    saved = {
      format: 1,
      settings,
      results,
      ...(task.id === DEFAULT_TASK ? {} : { task: task.id }),
      ...(warnings.size === 0 ? {} : { warnings: [...warnings] }),
    };
    await save(out, saved, order.modes, withWarnings(comparisonOf(results, task), saved));
    order.onCell?.(result, results.length, cells.length);
    if (interruptedBy !== undefined) throw stoppedComparison(interruptedBy);
  }
  // An earlier call may have left further results.
  const wanted = saved.results.filter((result) => cells.some((cell) => sameCell(result, cell)));
  const comparison = withWarnings(comparisonOf(wanted, await taskOf(saved.task)), saved);
  await save(out, saved, order.modes, comparison);
  return comparison;
}

/** Keeps each warning about leaks once; it is the same for all cells. */
function noting(
  warnings: Set<string>,
  onEvent: CompareOrder['onEvent'],
): NonNullable<CompareOrder['onEvent']> {
  return (event) => {
    if (event.type === 'warning' && event.code === 'leakage')
      warnings.add([event.message, event.advice].filter(Boolean).join(' '));
    return onEvent?.(event);
  };
}

interface Cell {
  readonly fraction: number;
  readonly seed: number;
  readonly start: Start;
  readonly mode: Mode;
}

function allCells({ fractions, seeds, modes }: CompareOrder): Cell[] {
  return Array.from({ length: seeds }, (_, seed) =>
    fractions.flatMap((fraction) =>
      modes.flatMap((mode) => STARTS.map((start) => ({ fraction, seed, start, mode }))),
    ),
  ).flat();
}

function sameCell(result: CellResult, { fraction, seed, start, mode }: Cell): boolean {
  return (
    result.fraction === fraction &&
    result.seed === seed &&
    result.start === start &&
    result.mode === modeText(mode)
  );
}

async function trainCell(
  order: CompareOrder,
  cell: Cell,
  train: Train,
  taskOf: typeof labelledTask,
): Promise<{
  readonly task: AnyLabelledTask;
  readonly result: CellResult;
  readonly interruptedBy: NodeJS.Signals | undefined;
}> {
  const { fraction, seed, start, mode } = cell;
  const { workspace, task: asked, folder, device } = order;
  const { recipe, prepared, signal, onEvent, onInterrupt } = order;
  let run = '';
  const outcome = await train({
    workspace,
    folder,
    device,
    mode,
    task: asked,
    ...defined({ recipe, prepared, signal, onEvent, onInterrupt }),
    name: cellName(cell),
    comparison: path.resolve(order.out),
    from: order.from,
    fromScratch: start === 'scratch',
    labelled: { ...order.labelled, fraction, fractionSeed: seed },
    // Networks are evaluated once, at the end: choosing the best checkpoint by the validation
    // images would favour both.
    overrides: { eval_every: ONLY_AT_THE_END, ...order.overrides, seed },
    onRun: ({ id }) => {
      run = id;
    },
  });
  const { best, report, images: labelled, interruptedBy } = outcome;
  if (best === undefined || report === undefined) throw stoppedComparison(interruptedBy);
  const task = await taskOf(report.evaluation.task);
  const { primary, values } = best;
  const scores = writtenScores({ primary, values });
  const kept = { ...task.comparison.keep(report), ...scores };
  const result = { fraction, seed, start, mode: modeText(mode), labelled, ...kept, run };
  return { task, result, interruptedBy };
}

function stoppedComparison(signal: NodeJS.Signals | undefined): StudioError {
  return new StudioError('comparison-stopped', 'The comparison was stopped.', {
    advice: 'Give the same command again: it resumes with what is missing.',
    details: signal === undefined ? {} : { signal },
  });
}

function cellName({ fraction, seed, start, mode }: Cell): string {
  return `compare-${start}-${modeText(mode).replace(':', '-')}-${fraction}-${seed}`;
}

/** Remove runs of this cell that an earlier call began and did not finish. */
async function removeUnfinished(order: CompareOrder, cell: Cell): Promise<void> {
  const { runs } = await listRuns(order.workspace, order.onWait);
  for (const { dir, record, status } of runs) {
    const isLive = LIVE_STATUSES.has(status as RunStatus);
    if (record.name !== cellName(cell) || status === 'done' || isLive) continue;
    if (!isPartOf(order, cell, record)) continue;
    // Before anything is removed, a lock holder on another machine is watched for longer.
    const lock = await Lock.acquire(dir, { onWait: order.onWait });
    await nodeDisk.remove(dir);
    lock.release();
  }
}

/** Records of 0.1.0 do not name their comparison; for these the labelled images are compared. */
function isPartOf({ out, labelled }: CompareOrder, cell: Cell, record: RunRecord): boolean {
  if (record.comparison !== undefined) return record.comparison === path.resolve(out);
  const { fraction, seed: fractionSeed } = cell;
  const wanted: Record<string, unknown> = { ...labelled, fraction, fractionSeed };
  const found: Record<string, unknown> = { ...record.labelled };
  return Object.keys(wanted).every((key) => wanted[key] === found[key]);
}

async function readSaved(
  { out, task }: CompareOrder,
  settings: unknown,
): Promise<SavedComparison | undefined> {
  const file = path.join(out, COMPARISON_FILE);
  if (!existsSync(file)) {
    // Without a results file, tables and figures of these names belong to something else.
    for (const name of await readdir(out))
      if (/^compare(-.*)?\.(csv|md|svg)$/.test(name)) await refuseTaken(path.join(out, name));
    return undefined;
  }
  const saved = parseSaved(await readFile(file, 'utf8'));
  if (saved === undefined) throw targetTaken(file);
  // Earlier versions kept the task among the settings where it was named.
  const { task: _, ...before } = saved.settings as Record<string, unknown>;
  const isSame = JSON.stringify(before) === JSON.stringify(settings);
  if (isSame && (task ?? savedTask(saved)) === savedTask(saved)) return saved;
  throw new StudioError('comparison-changed', `${out} holds a comparison with other settings.`, {
    advice: 'Give another --out, or the settings that it was begun with.',
    // A page may name any folder, and must not read its files through this error.
    details: isConfined() ? { now: settings } : { before: saved.settings, now: settings },
  });
}

async function save(
  out: string,
  saved: SavedComparison,
  modes: readonly Mode[],
  shown: Comparison,
): Promise<void> {
  await replace(path.join(out, COMPARISON_FILE), `${JSON.stringify(saved)}\n`);
  await replace(path.join(out, 'compare.csv'), comparisonCsv(shown));
  await replace(path.join(out, 'compare.md'), comparisonMarkdown(shown));
  for (const mode of modes.map(modeText)) {
    if (!shown.rows.some((cell) => cell.mode === mode)) continue;
    await replace(path.join(out, figureName(mode)), comparisonFigure(shown, mode));
  }
}

function replace(file: string, content: string): Promise<void> {
  return writeFileAtomically(file, (beside) => writeFile(beside, content));
}
