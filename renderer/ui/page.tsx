/** The layout of all pages: heading, actions, content. */
import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

export function Page(props: {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, about, actions, children } = props;
  useEffect(() => {
    document.title = `${title} · ConMIM Studio`;
  }, [title]);
  return (
    <Stack gap="lg" p="lg" maw={1800} mx="auto" w="100%">
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
        <Box miw={0}>
          <Title order={1} size="h2" lineClamp={3} title={title}>
            {title}
          </Title>
          {about === undefined ? null : (
            <Text c="dimmed" maw={720}>
              {about}
            </Text>
          )}
        </Box>
        {actions === undefined ? null : <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
