/** Buttons for the pages of a list, where it has more than one. */
import { Group, Pagination } from '@mantine/core';

export function Pages(props: {
  /** Undefined while the list is read. */
  readonly total: number | undefined;
  readonly atOnce: number;
  readonly page: number;
  readonly onPage: (page: number) => void;
  /** What the list has, for people who cannot see the buttons. */
  readonly name: string;
  /** Buttons on either side of that of the shown page. */
  readonly siblings?: number;
}) {
  const { total, atOnce, page, onPage, name, siblings = 1 } = props;
  if (total === undefined || total <= atOnce) return null;
  return (
    <Group justify="center">
      <Pagination
        total={Math.ceil(total / atOnce)}
        value={page}
        onChange={onPage}
        size="sm"
        siblings={siblings}
        getControlProps={(control) => ({ 'aria-label': `${control} ${name}` })}
      />
    </Group>
  );
}
