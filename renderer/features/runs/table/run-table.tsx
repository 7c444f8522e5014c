/** The table of runs: virtualised, and sorted and paged by the studio. */
import { Table } from '@mantine/core';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useRef } from 'react';
import type { RunRow, RunSort } from '../../../../engine/contract/studio/index.ts';
import { call } from '../../../client/studio.ts';
import { SortButton, type Sorted } from '../../../ui/sort-button.tsx';
import { RUN_COLUMNS } from './run-columns.tsx';
import { ComparisonRow, RunTableRow } from './run-rows.tsx';
import classes from './table.module.css';
import { beginsDescending, type TableView, tableInput } from './table-view.ts';

export const PAGE = 100;
const ROW = 49;
const NAME_WIDTH = 200;
const TOOLS_WIDTH = 44;

export function RunTable(props: {
  readonly view: TableView;
  readonly total: number;
  readonly columns: readonly RunSort[];
  readonly onView: (change: Partial<TableView>) => void;
}) {
  const { view, total, columns, onView } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const visible = rows.getVirtualItems();
  const rowAt = useRows(view, [visible[0]?.index ?? 0, visible.at(-1)?.index ?? 0]);
  const before = visible[0]?.start ?? 0;
  const after = rows.getTotalSize() - (visible.at(-1)?.end ?? 0);
  const width = columns.reduce((sum, key) => sum + (RUN_COLUMNS[key].width ?? 0), 0);
  const sortBy = (key: RunSort) =>
    onView({
      sort: key,
      descending: view.sort === key ? !view.descending : beginsDescending(key),
    });
  const heading = (key: RunSort) => {
    const { label, width: own, number } = RUN_COLUMNS[key];
    const sorted: Sorted =
      view.sort !== key ? 'none' : view.descending ? 'descending' : 'ascending';
    return (
      <Table.Th
        key={key}
        scope="col"
        aria-sort={sorted}
        className={classOf(key, number)}
        {...(own === undefined ? {} : { w: own })}
      >
        <SortButton label={label} sorted={sorted} onClick={() => sortBy(key)} />
      </Table.Th>
    );
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
    <section ref={scroller} className={classes['list']!} aria-label="List of runs" tabIndex={0}>
      <Table
        stickyHeader
        verticalSpacing="xs"
        layout="fixed"
        className={classes['rows']!}
        style={{ '--least-width': `${width + NAME_WIDTH + 2 * TOOLS_WIDTH}px` } as CSSProperties}
        aria-label="Runs"
        aria-rowcount={total + 1}
      >
        <Table.Thead>
          <Table.Tr aria-rowindex={1}>
            <Table.Td w={TOOLS_WIDTH} aria-label="Selected" />
            {heading('name')}
            {columns.map(heading)}
            <Table.Td w={TOOLS_WIDTH} aria-label="Favourite" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <tr style={{ height: before }} aria-hidden />
          {visible.map(({ index, key }) => (
            <Row key={key} {...props} index={index} row={rowAt(index)} />
          ))}
          <tr style={{ height: after }} aria-hidden />
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** In narrow windows all but name and status are hidden, in very narrow ones the status too. */
function classOf(key: RunSort, number = false): string {
  const narrow = key === 'name' ? '' : key === 'status' ? classes['status']! : classes['more']!;
  return `${narrow} ${number ? classes['number']! : ''}`;
}

/** Rows of the pages that are visible; undefined until they are read. */
function useRows(view: TableView, [from, to]: readonly [number, number]) {
  const firstPage = Math.floor(from / PAGE);
  const pages = useQueries({
    queries: Array.from({ length: Math.floor(to / PAGE) - firstPage + 1 }, (_, i) => {
      const input = { offset: (firstPage + i) * PAGE, count: PAGE, ...tableInput(view) };
      return {
        queryKey: ['runs.table', input],
        queryFn: () => call('runs.table', input),
        placeholderData: keepPreviousData,
      };
    }),
  });
  return (index: number): RunRow | undefined => {
    const page = Math.floor(index / PAGE);
    return pages[page - firstPage]?.data?.items[index - page * PAGE];
  };
}

function Row(props: {
  readonly index: number;
  readonly row: RunRow | undefined;
  readonly view: TableView;
  readonly columns: readonly RunSort[];
  readonly onView: (change: Partial<TableView>) => void;
}) {
  const { index, row, columns, view, onView } = props;
  const place = { 'aria-rowindex': index + 2, style: { height: ROW } };
  if (row === undefined)
    return (
      <Table.Tr {...place}>
        <Table.Td />
        <Table.Td>…</Table.Td>
      </Table.Tr>
    );
  const cells = columns.map((key) => ({
    key,
    className: classOf(key, RUN_COLUMNS[key].number),
    column: RUN_COLUMNS[key],
  }));
  return 'run' in row ? (
    <RunTableRow place={place} row={row} cells={cells} view={view} onView={onView} />
  ) : (
    <ComparisonRow place={place} row={row} cells={cells} view={view} onView={onView} />
  );
}
