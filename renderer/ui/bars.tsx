/** Horizontal bars with their numbers beside them: a small histogram that reads as a table. */
import { Table } from '@mantine/core';
import classes from './bars.module.css';
import { countText } from './format.ts';

export function Bars(props: {
  readonly caption: string;
  readonly head: readonly [string, string];
  readonly rows: readonly { readonly name: string; readonly value: number }[];
}) {
  const most = Math.max(1, ...props.rows.map(({ value }) => value));
  return (
    <Table withRowBorders={false} verticalSpacing={4} captionSide="top">
      <Table.Caption className={classes['caption']!}>{props.caption}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{props.head[0]}</Table.Th>
          <Table.Th scope="col">{props.head[1]}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {props.rows.map(({ name, value }) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" className={classes['name']!}>
              {name}
            </Table.Th>
            <Table.Td>
              <div className={classes['cell']!}>
                <div
                  className={classes['bar']!}
                  style={{ width: `${(value / most) * 60}%` }}
                  aria-hidden
                />
                <span>{countText(value)}</span>
              </div>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
