/** The passages of all documents that a search finds. */
import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countOf } from '../../ui/format.ts';
import { DOCUMENTS } from './documents.ts';
import { type Passage, passagesOf, searchPassages } from './help-search.ts';

const SHOWN = 30;

export function SearchResults(props: { readonly search: string; readonly onOpen: () => void }) {
  const { data, error } = useQuery({ queryKey: ['help-passages'], queryFn: readPassages });
  const found = useMemo(() => searchPassages(data ?? [], props.search), [data, props.search]);
  if (error !== null) return <ErrorNotice error={error} />;
  if (data === undefined) return null;
  return (
    <Stack gap="md">
      <Text role="status" size="sm" c="dimmed">
        {found.length === 0 ? 'Nothing matches.' : foundText(found.length)}
      </Text>
      {found.slice(0, SHOWN).map(({ document, heading, text }) => (
        <div key={`${document} ${text}`}>
          <Anchor component={Link} href={`/help/${document}`} onClick={props.onOpen} size="sm">
            {[titleOf(document), heading].filter(Boolean).join(' › ')}
          </Anchor>
          <Text size="sm">{text}</Text>
        </div>
      ))}
    </Stack>
  );
}

function foundText(count: number): string {
  const passages = countOf(count, 'passage');
  return count > SHOWN ? `${passages}, the first ${SHOWN} are shown` : passages;
}

function titleOf(name: string): string {
  return DOCUMENTS.find((document) => document.name === name)?.title ?? name;
}

async function readPassages(): Promise<Passage[]> {
  const texts = await Promise.all(DOCUMENTS.map(({ read }) => read()));
  return texts.flatMap((text, i) => passagesOf(DOCUMENTS[i]!.name, text));
}
