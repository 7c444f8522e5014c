/** The Help page, which shows the bundled documents. */
import { Box, Group, NavLink, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useRoute } from 'wouter';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Page } from '../../ui/page.tsx';
import classes from '../../ui/place.module.css';
import { About } from './about.tsx';
import { DOCUMENTS, type HelpDocument, helpPlace } from './documents.ts';
import { SearchResults } from './search-results.tsx';

const ABOUT = { name: 'about', title: 'About ConMIM Studio' } as const;

export function HelpPage() {
  const [, params] = useRoute('/help/:name');
  const about = params?.name === ABOUT.name;
  const document = DOCUMENTS.find(({ name }) => name === params?.name) ?? DOCUMENTS[0]!;
  const shown = about ? ABOUT : document;
  const [search, setSearch] = useState('');
  const searching = search.trim() !== '';
  return (
    <Page title="Help" about="Documentation, glossary and licences.">
      <Group align="flex-start" gap="xl" wrap="nowrap">
        <Box component="nav" aria-label="Topics" w={220} style={{ flexShrink: 0 }}>
          <TextInput
            type="search"
            aria-label="Search the help"
            placeholder="Search"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            mb="sm"
          />
          {[...DOCUMENTS, ABOUT].map(({ name, title }) => (
            <NavLink
              key={name}
              component={Link}
              href={`/help/${name}`}
              onClick={() => setSearch('')}
              label={title}
              active={!searching && name === shown.name}
              className={classes['place']!}
              aria-current={!searching && name === shown.name ? 'page' : undefined}
            />
          ))}
        </Box>
        <Box
          component="article"
          aria-label={searching ? 'Search results' : shown.title}
          maw={860}
          miw={0}
          flex={1}
        >
          {searching ? (
            <SearchResults search={search} onOpen={() => setSearch('')} />
          ) : about ? (
            <About />
          ) : (
            <Document document={document} />
          )}
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
