/** Content of an empty page: what it is for and how to begin. */
import { Center, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function EmptyState(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Center mih={320}>
      <Stack align="center" gap="sm" maw={520}>
        {props.icon}
        <Title order={2} size="h3" ta="center">
          {props.title}
        </Title>
        <Text c="dimmed" ta="center" component="div">
          {props.children}
        </Text>
        {props.action}
      </Stack>
    </Center>
  );
}
