/** Remarks about a result, a network or a data set; nothing where there is none. */
import { Alert, List } from '@mantine/core';
import type { ReactNode } from 'react';
import { pageWords } from './page-words.ts';

export function Notes(props: {
  readonly items: readonly string[];
  readonly title?: string;
  readonly icon?: ReactNode;
}) {
  const { items, title = 'Notes', icon } = props;
  if (items.length === 0) return null;
  return (
    <Alert color="yellow" title={title} icon={icon}>
      <List size="sm">
        {items.map((note) => (
          <List.Item key={note}>{pageWords(note)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
