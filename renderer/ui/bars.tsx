/** Horizontal bars with their numbers, marked up as a table; bars may be buttons that choose something. */
import { Table, UnstyledButton } from '@mantine/core';
import classes from './bars.module.css';
import { countText } from './format.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Given for bars that can be chosen. */
  readonly onPick?: () => void;
  readonly isPicked?: boolean;
  /** Of its class, shown beside the name. */
  readonly colour?: string | undefined;
}

export function Bars(props: {
  readonly caption: string;
  readonly head: readonly [string, string];
  readonly rows: readonly Bar[];
  /** By default, values are shown as counts. */
  readonly text?: (value: number) => string;
  /** The value of a bar of full length; by default the largest value. */
  readonly most?: number;
}) {
  const { caption, head, rows, text = countText } = props;
  const most = props.most ?? Math.max(1, ...rows.map(({ value }) => value));
  return (
    <Table withRowBorders={false} verticalSpacing={4} captionSide="top">
      <Table.Caption className={classes['caption']!}>{caption}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" className={classes['head']!}>
            {head[0]}
          </Table.Th>
          <Table.Th scope="col">{head[1]}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ name, value, onPick, isPicked = false, colour }) => (
          <Table.Tr
            key={name}
            className={onPick === undefined ? '' : classes['choice']!}
            data-picked={isPicked}
          >
            <Table.Th scope="row" className={classes['name']!} title={name}>
              {colour === undefined ? null : (
                <span className={classes['swatch']!} style={{ background: colour }} aria-hidden />
              )}
              {onPick === undefined ? (
                name
              ) : (
                <UnstyledButton
                  className={classes['pick']!}
                  aria-pressed={isPicked}
                  onClick={onPick}
                >
                  {name}
                </UnstyledButton>
              )}
            </Table.Th>
            <Table.Td>
              <div className={classes['cell']!}>
                <div
                  className={classes['bar']!}
                  style={{ width: `${(value / most) * 60}%` }}
                  aria-hidden
                />
                <span>{text(value)}</span>
              </div>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
