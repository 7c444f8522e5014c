/** A section of a page with a title and a border. */
import { Card, Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Explained } from './explained.tsx';

export function Section(props: {
  readonly title: string;
  readonly children: ReactNode;
  /** Shown beside the title. */
  readonly actions?: ReactNode;
}) {
  const { title, children, actions } = props;
  return (
    <Card withBorder component="section" aria-label={title} miw={0}>
      <Stack>
        <Group justify="space-between" gap="sm">
          <Title order={2} size="h4">
            <Explained label={title} />
          </Title>
          {actions}
        </Group>
        {children}
      </Stack>
    </Card>
  );
}
