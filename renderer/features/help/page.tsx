/** The Help page, which shows the bundled documents. */
import { Box, Group, NavLink } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRoute } from 'wouter';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Page } from '../../ui/page.tsx';
import classes from '../../ui/place.module.css';
import { About } from './about.tsx';
import { DOCUMENTS, type HelpDocument, helpPlace } from './documents.ts';

const ABOUT = { name: 'about', title: 'About ConMIM Studio' } as const;

export function HelpPage() {
  const [, params] = useRoute('/help/:name');
  const about = params?.name === ABOUT.name;
  const document = DOCUMENTS.find(({ name }) => name === params?.name) ?? DOCUMENTS[0]!;
  const shown = about ? ABOUT : document;
  return (
    <Page title="Help" about="Documentation, glossary and licences.">
      <Group align="flex-start" gap="xl" wrap="nowrap">
        <Box component="nav" aria-label="Topics" w={220} style={{ flexShrink: 0 }}>
          {[...DOCUMENTS, ABOUT].map(({ name, title }) => (
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
          {about ? <About /> : <Document document={document} />}
        </Box>
      </Group>
    </Page>
  );
}

function Document({ document: { name, read } }: { readonly document: HelpDocument }) {
  const { data, error } = useQuery({ queryKey: ['help', name], queryFn: read });
  return (
    <>
      {error === null ? null : <ErrorNotice error={error} />}
      {data === undefined ? null : <Markdown text={data} top={2} placeOf={helpPlace} />}
    </>
  );
}
