/** Help, without a network: the documents that come with the program. */
import { Box, Group, NavLink } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRoute } from 'wouter';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Page } from '../../ui/page.tsx';
import classes from '../../ui/place.module.css';
import { DOCUMENTS, helpPlace } from './documents.ts';

export function HelpPage() {
  const [, params] = useRoute('/help/:name');
  const shown = DOCUMENTS.find(({ name }) => name === params?.name) ?? DOCUMENTS[0]!;
  const { data, error } = useQuery({ queryKey: ['help', shown.name], queryFn: shown.read });
  return (
    <Page title="Help" about="What the program does and how, in its own documents.">
      <Group align="flex-start" gap="xl" wrap="nowrap">
        <Box component="nav" aria-label="Topics" w={220} style={{ flexShrink: 0 }}>
          {DOCUMENTS.map(({ name, title }) => (
            <NavLink
              key={name}
              component={Link}
              href={`/help/${name}`}
              label={title}
              active={name === shown.name}
              className={classes['place']!}
              aria-current={name === shown.name ? 'page' : undefined}
            />
          ))}
        </Box>
        <Box component="article" aria-label={shown.title} maw={860} miw={0} flex={1}>
          {error === null ? null : <ErrorNotice error={error} />}
          {data === undefined ? null : <Markdown text={data} top={2} placeOf={helpPlace} />}
        </Box>
      </Group>
    </Page>
  );
}
