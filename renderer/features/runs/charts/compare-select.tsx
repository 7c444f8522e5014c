/** A select field for other runs to compare with. The studio searches, since there may be ten thousand runs. */
import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { RunSummary } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { agoText } from '../../../ui/format.ts';

/** Other runs whose curves are drawn beside those of a run. */
export const MOST_COMPARED = 5;
const LISTED = 50;

type NamedRun = Pick<RunSummary, 'id' | 'name'>;

export function CompareSelect(props: {
  /** The run of the page. */
  readonly id: string;
  readonly kind: RunSummary['kind'];
  readonly chosen: readonly NamedRun[];
  readonly onChange: (chosen: readonly NamedRun[]) => void;
}) {
  const { id, kind, chosen, onChange } = props;
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search.trim(), 200);
  const { data } = useStudio('runs.list', {
    offset: 0,
    count: LISTED,
    kind,
    ...(settled === '' ? {} : { search: settled }),
  });
  const found = (data?.items ?? []).filter((run) => run.id !== id);
  const listed: readonly (NamedRun & { text: string })[] = [
    ...found.map((run) => ({ ...run, text: `${run.name}, ${agoText(run.createdAt)}` })),
    ...chosen
      .filter((run) => !found.some((other) => other.id === run.id))
      .map((run) => ({ ...run, text: run.name })),
  ];
  return (
    <MultiSelect
      label="Compare with"
      description={`Up to ${MOST_COMPARED} other runs, drawn on the same charts`}
      placeholder={chosen.length === 0 ? 'Search runs by name' : ''}
      data={listed.map((run) => ({ value: run.id, label: run.text }))}
      // The options are filtered by the studio.
      filter={({ options }) => options}
      searchable
      clearable
      searchValue={search}
      onSearchChange={setSearch}
      value={chosen.map((run) => run.id)}
      onChange={(ids) =>
        onChange(ids.flatMap((chosenId) => listed.find((run) => run.id === chosenId) ?? []))
      }
      maxValues={MOST_COMPARED}
      nothingFoundMessage="No other run of this kind has that name"
      miw="min(360px, 100%)"
      maw={640}
    />
  );
}
