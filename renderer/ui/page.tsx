/** The layout of all pages: heading, actions, content. */
import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { usePageTitle } from '../state/page-title.ts';
import { HelpLink } from './help-link.tsx';

export function Page(props: {
  readonly title: string;
  readonly about?: ReactNode;
  /** Help document, where it is another than that of the address. */
  readonly help?: string | undefined;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, about, help, actions, children } = props;
  const shown = usePageTitle(title);
  useEffect(() => {
    document.title = shown;
  }, [shown]);
  return (
    <Stack gap="lg" p="lg" maw={1800} mx="auto" w="100%">
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
        <Box miw={0}>
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <Title order={1} size="h2" lineClamp={3} title={title}>
              {title}
            </Title>
            <HelpLink document={help} />
          </Group>
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
