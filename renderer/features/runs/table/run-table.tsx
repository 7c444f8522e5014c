/** The table of runs: virtualised, and sorted and paged by the studio. */
import { Table } from '@mantine/core';
import { type CSSProperties, memo } from 'react';
import type { RunRow, RunSort } from '../../../../engine/contract/studio/index.ts';
import { useItems } from '../../../client/use-items.ts';
import { SortButton, type Sorted } from '../../../ui/sort-button.tsx';
import { useVirtualRows } from '../../../ui/use-virtual-rows.ts';
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
  const virtual = useVirtualRows(total, { height: ROW, overscan: 8 });
  const { scroller, visible, before, after } = virtual;
  const rowAt = useItems(['runs.table', tableInput(view)], virtual.range, { size: PAGE });
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
            <Row
              key={key}
              index={index}
              row={rowAt(index)}
              view={view}
              columns={columns}
              onView={onView}
            />
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

/** Scrolling renders the rows that come into view, and none that were there before. */
const Row = memo(function Row(props: {
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
});
