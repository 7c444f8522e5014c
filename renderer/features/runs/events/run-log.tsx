/** The log of the job that trains or trained a run, with search; it follows what is printed. */
import { Group, Switch, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { termOf } from '../../../../engine/contract/terms.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countOf } from '../../../ui/format.ts';
import { matchesWords } from '../../../ui/search-text.ts';
import { Section } from '../../../ui/section.tsx';
import { LogLines } from './log-lines.tsx';

const LINES = 2000;
/** Interval of reading the log of a running job. */
const REFETCH_MS = 2000;

export function RunLog({ job, live }: { readonly job: string; readonly live: boolean }) {
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const input = { id: job, lines: LINES };
  const { data, error } = useStudio('jobs.log', input, live ? { every: REFETCH_MS } : {});
  const scroller = useRef<HTMLElement>(null);
  const lines = (data?.lines ?? []).filter((line) => matchesWords(line, search));
  const last = lines.at(-1);
  const count = lines.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines move the end
  useEffect(() => {
    const element = scroller.current;
    if (follow && element !== null) element.scrollTop = element.scrollHeight;
  }, [follow, last, count]);
  return (
    <Section title={termOf('log')}>
      <Group justify="space-between" gap="sm">
        <TextInput
          aria-label="Search the log"
          placeholder="Search the log"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Switch
          label="Follow"
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
      </Group>
      <ErrorNotice error={error} />
      <Text size="sm" c="dimmed" role="status">
        {count === 0
          ? search === ''
            ? 'Nothing was printed.'
            : 'No line contains it.'
          : countOf(count, 'line')}
      </Text>
      {count === 0 ? null : (
        <section
          ref={scroller}
          aria-label="Lines of the log"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
          tabIndex={0}
          style={{ maxHeight: 320, overflow: 'auto' }}
        >
          <LogLines lines={lines} />
        </section>
      )}
    </Section>
  );
}
