/** Order and rows of the table of runs. */
import { groupBy } from '../../contract/maps.ts';
import { primaryValue } from '../../contract/scores.ts';
import type { RunRow, RunSort } from '../../contract/studio/run-table.ts';
import type { RunSummary } from '../../contract/studio/runs.ts';
import { taskOfRun } from '../../contract/tasks.ts';

export interface RunOrder {
  readonly sort?: RunSort | undefined;
  readonly descending?: boolean | undefined;
}

type Value = string | number | undefined;

const VALUES: Readonly<Record<RunSort, (run: RunSummary) => Value>> = {
  name: ({ name }) => name,
  status: ({ status }) => status,
  task: taskOfRun,
  steps: ({ step }) => step,
  loss: ({ last }) => last?.loss,
  match: ({ last }) => last?.match,
  score: ({ best }) => (best === undefined ? undefined : primaryValue(best)),
  throughput: ({ last }) => last?.imagesPerSecond,
  duration: ({ createdAt, updatedAt }) => Date.parse(updatedAt) - Date.parse(createdAt),
  device: ({ device }) => device,
  tags: ({ tags }) => tags?.join(', '),
  images: ({ images }) => images,
  started: ({ createdAt }) => createdAt,
};

/** Whether the order depends on the last steps of runs. */
export function needsLastStep({ sort }: RunOrder): boolean {
  return sort === 'loss' || sort === 'match' || sort === 'throughput';
}

const WORDS = new Intl.Collator('en', { numeric: true });

/** Newest first by default and among equals; runs without the value come last in both directions. */
export function sortRuns(runs: readonly RunSummary[], order: RunOrder = {}): RunSummary[] {
  const { sort = 'started', descending = order.sort === undefined } = order;
  const value = VALUES[sort];
  const sign = descending ? -1 : 1;
  const texts = sort === 'started' ? plain : WORDS.compare;
  return runs
    .map((run) => ({ run, value: value(run) }))
    .sort((a, b) => {
      const [x, y] = [a.value, b.value];
      if (x === undefined || y === undefined)
        return Number(x === undefined) - Number(y === undefined) || newestFirst(a.run, b.run);
      const compared =
        typeof x === 'number' && typeof y === 'number' ? x - y : texts(String(x), String(y));
      return sign * compared || newestFirst(a.run, b.run);
    })
    .map(({ run }) => run);
}

const plain = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function newestFirst(a: RunSummary, b: RunSummary): number {
  return plain(b.createdAt, a.createdAt) || plain(b.id, a.id);
}

/**
 * Runs of a comparison or a study are one row, in the place of its first run; they follow it where it is opened.
 *
 * @param opened folders of comparisons and studies
 */
export function tableRows(runs: readonly RunSummary[], opened: readonly string[]): RunRow[] {
  const groups = groupBy(runs, groupOf);
  return runs.flatMap((run): RunRow[] => {
    const comparison = groupOf(run);
    const group = comparison === undefined ? [] : groups.get(comparison)!;
    if (comparison === undefined || group.length === 1) return [{ run }];
    if (group[0] !== run) return [];
    const isOpen = opened.includes(comparison);
    const isStudy = run.comparison === undefined ? ({ isStudy: true } as const) : {};
    const head: RunRow = {
      comparison,
      opened: isOpen,
      runs: group.map(({ id }) => id),
      ...isStudy,
    };
    return [head, ...(isOpen ? group.map((child): RunRow => ({ run: child, child: true })) : [])];
  });
}

/** Folder of the comparison or study. */
const groupOf = ({ comparison, study }: RunSummary) => comparison ?? study;

/** Tags of all runs; those that differ in case alone are one. */
export function tagsOf(runs: readonly RunSummary[]): string[] {
  const found = new Map<string, string>();
  for (const { tags = [] } of runs)
    for (const tag of tags) if (!found.has(tag.toLowerCase())) found.set(tag.toLowerCase(), tag);
  return [...found.values()].sort(WORDS.compare);
}
