/** A virtualised table that sorts by a click on a column heading. */
import { Table } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import classes from './data-table.module.css';
import { Explained } from './explained.tsx';
import { SortButton, type Sorted } from './sort-button.tsx';
import { type SortValue, sortRows } from './sort-rows.ts';
import { useVirtualRows } from './use-virtual-rows.ts';

export interface Column<Row> {
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** Value to sort by; without it, the column cannot be sorted. */
  readonly sort?: (row: Row) => SortValue;
  /** Align the column to the right. */
  readonly number?: boolean;
  readonly width?: number | string;
}

interface Order {
  readonly column: string;
  readonly descending: boolean;
}

export interface DataTableProps<Row> {
  /** Accessible name of the table. */
  readonly label: string;
  /** The first column is the row heading. Pass a constant array, since a new one sorts the rows again. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Maximum height in pixels, or a CSS length. */
  readonly height?: number | string;
  /** Initial order; without it, rows are not sorted. */
  readonly order?: Order;
}

const ROW = 37;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, height = 480 } = props;
  const [order, setOrder] = useState(props.order);
  const sorted = useMemo(() => {
    const value = columns.find((column) => column.label === order?.column)?.sort;
    return value === undefined ? rows : sortRows(rows, value, order?.descending ?? false);
  }, [rows, columns, order]);
  const virtual = useVirtualRows(sorted.length, { height: ROW, overscan: 12 });
  const { scroller, rows: measured, visible, before, after } = virtual;
  return (
    <section
      ref={scroller}
      className={classes['scroller']!}
      style={{ maxHeight: height }}
      aria-label={`${label} (table)`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
      tabIndex={0}
    >
      <Table stickyHeader verticalSpacing={6} aria-label={label} aria-rowcount={sorted.length + 1}>
        <Table.Thead>
          <Table.Tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading key={column.label} column={column} order={order} onOrder={setOrder} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {before > 0 ? <tr style={{ height: before }} aria-hidden /> : null}
          {visible.map(({ index }) => {
            const row = sorted[index]!;
            return (
              <Table.Tr
                key={rowKey(row)}
                ref={measured.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
              >
                {columns.map((column, i) => (
                  <Cell key={column.label} column={column} row={row} first={i === 0} />
                ))}
              </Table.Tr>
            );
          })}
          {after > 0 ? <tr style={{ height: after }} aria-hidden /> : null}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Cell<Row>(props: {
  readonly column: Column<Row>;
  readonly row: Row;
  readonly first: boolean;
}) {
  const { column, row, first } = props;
  const className = column.number ? classes['number']! : '';
  return first ? (
    <Table.Th scope="row" fw={400} className={className}>
      {column.cell(row)}
    </Table.Th>
  ) : (
    <Table.Td className={className}>{column.cell(row)}</Table.Td>
  );
}

function Heading<Row>(props: {
  readonly column: Column<Row>;
  readonly order: Order | undefined;
  readonly onOrder: (order: Order) => void;
}) {
  const { column, order, onOrder } = props;
  const { label, sort, number, width } = column;
  const descending = order?.column === label ? order.descending : undefined;
  const sorted: Sorted =
    descending === undefined ? 'none' : descending ? 'descending' : 'ascending';
  return (
    <Table.Th
      scope="col"
      {...(width === undefined ? {} : { w: width })}
      className={number ? classes['number']! : ''}
      {...(sort === undefined ? {} : { 'aria-sort': sorted })}
    >
      {sort === undefined ? (
        <Explained label={label} />
      ) : (
        <SortButton
          label={label}
          sorted={sorted}
          onClick={() => onOrder({ column: label, descending: descending === false })}
        />
      )}
    </Table.Th>
  );
}
