/** What the table of runs shows, as the query of the address: filter, order, opened rows, selection. */
import {
  type InputOf,
  NAME_LENGTH,
  RUN_SORTS,
  type RunSort,
} from '../../../../engine/contract/studio/index.ts';

/** So many runs can be selected that the address stays short enough to be sent. */
export const MOST_SELECTED = 100;

export type TableView = Readonly<ReturnType<typeof readView>>;

/** Whatever is no valid part of a view is left out, since an address may be typed. */
export function readView(query: URLSearchParams) {
  const kind = (['pretrain', 'finetune'] as const).find((one) => one === query.get('kind'));
  const sort = RUN_SORTS.find((one) => one === query.get('sort')) ?? 'started';
  const order = query.get('order');
  return {
    search: (query.get('search') ?? '').slice(0, NAME_LENGTH),
    kind,
    tag: query.get('tag') ?? undefined,
    favourite: query.get('favourite') === 'yes',
    sort,
    descending: order === null ? beginsDescending(sort) : order === 'descending',
    /** Folders of comparisons whose runs are shown. */
    opened: listOf(query, 'opened'),
    /** Ids of runs. */
    selected: [...new Set(listOf(query, 'selected'))].slice(0, MOST_SELECTED),
  };
}

/** The parts of the query that a change of the view sets; undefined removes one. */
export function viewQuery(change: Partial<TableView>): Record<string, string | undefined> {
  const { favourite, descending, opened, selected, ...texts } = change;
  return {
    ...texts,
    ...(favourite === undefined ? {} : { favourite: favourite ? 'yes' : undefined }),
    ...(descending === undefined ? {} : { order: descending ? 'descending' : 'ascending' }),
    ...(opened === undefined ? {} : { opened: opened.map(encodeURIComponent).join(',') }),
    ...(selected === undefined ? {} : { selected: selected.map(encodeURIComponent).join(',') }),
  };
}

function listOf(query: URLSearchParams, key: string): readonly string[] {
  return (query.get(key) ?? '')
    .split(',')
    .filter((item) => item !== '')
    .flatMap((item) => {
      try {
        return [decodeURIComponent(item)];
      } catch {
        return [];
      }
    });
}

/** The direction of a first click: the best or latest first. */
export function beginsDescending(sort: RunSort): boolean {
  return ['match', 'score', 'throughput', 'started', 'steps', 'images', 'duration'].includes(sort);
}

/** The input of `runs.table` without its page. */
export function tableInput(view: TableView): Omit<InputOf<'runs.table'>, 'offset' | 'count'> {
  const { search, kind, tag, favourite, sort, descending, opened } = view;
  return {
    sort,
    descending,
    ...(search.trim() === '' ? {} : { search: search.trim() }),
    ...(kind === undefined ? {} : { kind }),
    ...(tag === undefined ? {} : { tag }),
    ...(favourite ? { favourite: true as const } : {}),
    ...(opened.length === 0 ? {} : { opened: [...opened] }),
  };
}

export function isFiltered({ search, kind, tag, favourite }: TableView): boolean {
  return search.trim() !== '' || kind !== undefined || tag !== undefined || favourite;
}
