/**
 * Does pre-training help on these labels, and by how much? The same recipe from the pre-trained network
 * and from scratch, at several shares of the labels, with several seeds.
 *
 * Results are written as they come, and what is there already is not trained again.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { makeFolder, onDisk } from '../disk/disk.ts';
import { refuseTaken, targetTaken } from '../disk/free-place.ts';
import { writeWholeFile } from '../disk/whole-file.ts';
import { isConfined } from '../platform/confined.ts';
import type { RunListener } from '../train/common.ts';
import type { FinetuneOutcome } from '../train/finetune.ts';
import type { LabelledSpec } from '../train/labelled-spec.ts';
import type { CellResult, Start } from './comparison.ts';
import { comparisonCsv, comparisonFigure, comparisonMarkdown } from './comparison-files.ts';
import { type FinetuneOrder, finetune } from './finetune.ts';
import { type Mode, modeText } from './mode.ts';

export interface CompareOrder
  extends Pick<FinetuneOrder, 'workspace' | 'recipe' | 'overrides' | 'folder' | 'device'>,
    Pick<RunListener, 'signal'> {
  readonly from: Exclude<FinetuneOrder['from'], 'scratch'>;
  readonly labelled: Omit<LabelledSpec, 'fraction' | 'fractionSeed' | 'pretrainedOn'>;
  /** shares of the labels, each above 0 and at most 1 */
  readonly fractions: readonly number[];
  /** how often each cell is trained, with other draws of labels and another start */
  readonly seeds: number;
  readonly modes: readonly Mode[];
  /** Where results, table and figures are written. */
  readonly out: string;
  readonly onCell?: (cell: CellResult, done: number, total: number) => void;
  readonly onEvent?: RunListener['onEvent'];
}

/** Everything that a cell's result depends on, besides itself. */
interface Saved {
  readonly format: 1;
  readonly settings: unknown;
  readonly results: readonly CellResult[];
}

/** Epochs that no run has. */
const ONLY_AT_THE_END = 1e6;

const STARTS: readonly Start[] = ['pretrained', 'scratch'];

/**
 * @param train how one cell is trained; tests give their own
 * @throws StudioError `target-taken`; `comparison-changed` when `out` holds results of other settings
 */
export async function compare(
  order: CompareOrder,
  train: (order: FinetuneOrder) => Promise<FinetuneOutcome> = finetune,
): Promise<CellResult[]> {
  const { from, labelled, overrides, recipe, out } = order;
  const settings = JSON.parse(JSON.stringify({ from, labelled, overrides, recipe }));
  await onDisk(out, () => makeFolder(out));
  const results = [...(await readSaved(out, settings))];
  const cells = allCells(order);
  for (const cell of cells) {
    const known = results.find((result) => sameCell(result, cell));
    if (known !== undefined) continue;
    const result = await trainCell(order, cell, train);
    results.push(result);
    await save(out, { format: 1, settings, results }, order.modes);
    order.onCell?.(result, results.length, cells.length);
  }
  // Of an earlier call there may be more.
  const wanted = results.filter((result) => cells.some((cell) => sameCell(result, cell)));
  await save(out, { format: 1, settings, results }, order.modes, wanted);
  return wanted;
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
  { fraction, seed, start, mode }: Cell,
  train: (order: FinetuneOrder) => Promise<FinetuneOutcome>,
): Promise<CellResult> {
  const { workspace, recipe, folder, device, signal, onEvent } = order;
  let run = '';
  const outcome = await train({
    ...{ workspace, folder, device, mode },
    ...(recipe === undefined ? {} : { recipe }),
    ...(signal === undefined ? {} : { signal }),
    ...(onEvent === undefined ? {} : { onEvent }),
    name: `compare-${start}-${modeText(mode).replace(':', '-')}-${fraction}-${seed}`,
    from: order.from,
    fromScratch: start === 'scratch',
    labelled: { ...order.labelled, fraction, fractionSeed: seed },
    // Judged once, at the end: choosing the best by the images that are judged on would flatter both.
    overrides: { eval_every: ONLY_AT_THE_END, ...order.overrides, seed },
    onRun: ({ id }) => {
      run = id;
    },
  });
  const { best, outcomes } = outcome;
  if (best === undefined || outcomes === undefined)
    throw new StudioError('comparison-stopped', 'The comparison was stopped.', {
      advice: 'Give the same command again: it goes on with what is missing.',
    });
  const { top1, top5, loss } = best;
  const right = Array.from(outcomes.rank, (rank) => (rank === 0 ? '1' : '0')).join('');
  const { labelled } = outcome;
  return { fraction, seed, start, mode: modeText(mode), labelled, right, top1, top5, loss, run };
}

async function readSaved(out: string, settings: unknown): Promise<readonly CellResult[]> {
  const file = path.join(out, 'compare.json');
  if (!existsSync(file)) {
    // Without the results beside them, tables and figures of these names are somebody else's.
    for (const name of await readdir(out))
      if (/^compare(-.*)?\.(csv|md|svg)$/.test(name)) await refuseTaken(path.join(out, name));
    return [];
  }
  const saved = parseSaved(await readFile(file, 'utf8'));
  if (saved === undefined) throw targetTaken(file);
  if (JSON.stringify(saved.settings) === JSON.stringify(settings)) return saved.results;
  throw new StudioError('comparison-changed', `${out} holds a comparison with other settings.`, {
    advice: 'Give another --out, or the settings that it was begun with.',
    // A page may give any folder, and must not read its files through this.
    details: isConfined() ? { now: settings } : { before: saved.settings, now: settings },
  });
}

function parseSaved(text: string): Saved | undefined {
  try {
    const saved = JSON.parse(text) as Partial<Saved> | null;
    return saved?.format === 1 && Array.isArray(saved.results) ? (saved as Saved) : undefined;
  } catch {
    return undefined;
  }
}

async function save(
  out: string,
  saved: Saved,
  modes: readonly Mode[],
  shown: readonly CellResult[] = saved.results,
): Promise<void> {
  await replace(path.join(out, 'compare.json'), `${JSON.stringify(saved)}\n`);
  await replace(path.join(out, 'compare.csv'), comparisonCsv(shown));
  await replace(path.join(out, 'compare.md'), comparisonMarkdown(shown));
  for (const mode of modes.map(modeText)) {
    if (!shown.some((cell) => cell.mode === mode)) continue;
    const name = `compare-${mode.replace(':', '-')}.svg`;
    await replace(path.join(out, name), comparisonFigure(shown, mode));
  }
}

function replace(file: string, content: string): Promise<void> {
  return writeWholeFile(file, (beside) => writeFile(beside, content));
}
