/** The heading of a column as a button that sorts by it. */
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import classes from './data-table.module.css';
import { WithMeaning } from './explained.tsx';

/** Values of `aria-sort` for the cell of the heading. */
export type Sorted = 'ascending' | 'descending' | 'none';

export function SortButton(props: {
  readonly label: string;
  readonly sorted: Sorted;
  readonly onClick: () => void;
}) {
  const { label, sorted, onClick } = props;
  const Arrow = sorted === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <WithMeaning label={label}>
      <UnstyledButton className={classes['sort']!} fw={700} fz="sm" onClick={onClick}>
        {label}
        {sorted === 'none' ? null : <Arrow size={14} aria-hidden />}
      </UnstyledButton>
    </WithMeaning>
  );
}
