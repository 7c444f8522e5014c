/** The Help page: a document, or what a search finds in all of them. */
import { Box, NativeSelect, NavLink, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useRef } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { changeQuery, useAddressQuery } from '../../state/address.ts';
import { Page } from '../../ui/page.tsx';
import placeClasses from '../../ui/place.module.css';
import { About } from './about.tsx';
import { DOCUMENTS, GROUPS, helpAddress } from './documents.ts';
import classes from './help.module.css';
import { HelpDocumentView } from './help-document.tsx';
import { SearchResults } from './search-results.tsx';

const ABOUT = { name: 'about', title: 'About ConMIM Studio' } as const;
const TOPICS = [...GROUPS, { heading: 'Program', documents: [ABOUT] }];

export function HelpPage() {
  const [, params] = useRoute('/help/:name');
  const search = useAddressQuery().get('search') ?? '';
  const isSearch = search.trim() !== '';
  const isAbout = params?.name === ABOUT.name;
  const document = DOCUMENTS.find(({ name }) => name === params?.name) ?? DOCUMENTS[0]!;
  const shown = isAbout ? ABOUT : document;
  const field = useRef<HTMLInputElement>(null);
  const article = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const first = article.current?.querySelector('a');
    if (event.key === 'Escape') changeQuery({ search: undefined });
    else if (!isSearch || !first) return;
    else if (event.key === 'ArrowDown') first.focus();
    else if (event.key === 'Enter') first.click();
    else return;
    event.preventDefault();
  };
  return (
    <Page title="Help">
      <div className={classes['columns']!}>
        <Box component="nav" aria-label="Topics" className={classes['topics']!}>
          <TextInput
            ref={field}
            type="search"
            aria-label="Search the help"
            aria-keyshortcuts="/"
            placeholder="Search ( / )"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => changeQuery({ search: event.currentTarget.value })}
            onKeyDown={onKeyDown}
            mb="sm"
          />
          <Topics shown={isSearch ? undefined : shown.name} />
        </Box>
        <Box
          ref={article}
          component="article"
          aria-label={isSearch ? 'Search results' : shown.title}
          miw={0}
        >
          {isSearch ? (
            <SearchResults search={search} onLeave={() => field.current?.focus()} />
          ) : isAbout ? (
            <About />
          ) : (
            <HelpDocumentView key={document.name} document={document} />
          )}
        </Box>
      </div>
    </Page>
  );
}

/** @param props.shown name of the document that is shown */
function Topics({ shown }: { readonly shown: string | undefined }) {
  const [, navigate] = useLocation();
  return (
    <>
      <NativeSelect
        hiddenFrom="md"
        aria-label="Topic"
        value={shown ?? ''}
        onChange={(event) => navigate(helpAddress(event.currentTarget.value))}
        data={[
          ...(shown === undefined ? [{ value: '', label: 'Search results', disabled: true }] : []),
          ...TOPICS.map(({ heading, documents }) => ({
            group: heading,
            items: documents.map(({ name, title }) => ({ value: name, label: title })),
          })),
        ]}
      />
      <Box visibleFrom="md">
        {TOPICS.map(({ heading, documents }) => (
          <section key={heading} aria-label={heading}>
            <Text size="sm" c="dimmed" fw={600} px="sm" pt="sm" pb={4} aria-hidden>
              {heading}
            </Text>
            {documents.map(({ name, title }) => (
              <NavLink
                key={name}
                component={Link}
                href={helpAddress(name)}
                label={title}
                py={6}
                active={name === shown}
                className={placeClasses['place']!}
                aria-current={name === shown ? 'page' : undefined}
              />
            ))}
          </section>
        ))}
      </Box>
    </>
  );
}
