/** The layout of all pages: heading, actions, content. */
import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { usePageTitle } from '../state/page-title.ts';
import { HelpLink } from './help-link.tsx';
import classes from './page.module.css';

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
          {/* In one line of text, so that the link follows the last word of a title that wraps. */}
          <Title order={1} size="h2" className={classes['title']!} title={title}>
            {shortTitle(title)}
          </Title>
          {'\u00A0'}
          <HelpLink document={help} />
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

/** Long names, such as those of files, are cut in the middle: the attribute `title` has the whole. */
const MOST_LETTERS = 120;

function shortTitle(title: string): string {
  if (title.length <= MOST_LETTERS) return title;
  const half = MOST_LETTERS / 2;
  return `${title.slice(0, half)}…${title.slice(-half)}`;
}
