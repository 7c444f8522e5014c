/** The passages of all documents that a search finds, each with its place. */
import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useMemo } from 'react';
import { Link } from 'wouter';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countOf } from '../../ui/format.ts';
import { slugOf } from '../../ui/slug.ts';
import { DOCUMENTS, helpAddress } from './documents.ts';
import classes from './help.module.css';
import { excerptOf, type Hit, type Passage, passagesOf, searchPassages } from './help-search.ts';

const SHOWN = 30;

/** @param props.onLeave called when the arrow keys leave the list at its top */
export function SearchResults(props: { readonly search: string; readonly onLeave: () => void }) {
  const { data, error } = useQuery({ queryKey: ['help-passages'], queryFn: readPassages });
  const found = useMemo(() => searchPassages(data ?? [], props.search), [data, props.search]);
  if (error !== null) return <ErrorNotice error={error} />;
  if (data === undefined) return null;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const links = [...event.currentTarget.querySelectorAll('a')];
    const next = links[links.indexOf(document.activeElement as HTMLAnchorElement) + step];
    if (next !== undefined) next.focus();
    else if (step < 0) props.onLeave();
  };
  return (
    <Stack gap="md">
      <Text role="status" size="sm" c="dimmed">
        {found.length === 0 ? 'Nothing matches.' : foundText(found.length)}
      </Text>
      <ul className={classes['results']!} onKeyDown={onKeyDown}>
        {found.slice(0, SHOWN).map((hit) => (
          <li key={`${hit.document} ${hit.heading} ${hit.text}`}>
            <Result {...hit} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function Result({ document, heading, text, words }: Hit) {
  const place = { at: slugOf(heading), find: text === '' ? undefined : words.join(' ') };
  const title = DOCUMENTS.find(({ name }) => name === document)!.title;
  return (
    <>
      <Anchor component={Link} href={helpAddress(document, place)} size="sm">
        {[title, heading].filter(Boolean).join(' › ')}
      </Anchor>
      <Text size="sm">
        {excerptOf(text, words).map((part, i) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and never move
          part.isHit ? <mark key={i}>{part.text}</mark> : part.text,
        )}
      </Text>
    </>
  );
}

function foundText(count: number): string {
  const passages = countOf(count, 'passage');
  return count > SHOWN ? `${passages}, the first ${SHOWN} are shown` : passages;
}

async function readPassages(): Promise<Passage[]> {
  const texts = await Promise.all(DOCUMENTS.map(({ read }) => read()));
  return texts.flatMap((text, i) => passagesOf(DOCUMENTS[i]!.name, text));
}
