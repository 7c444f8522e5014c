/** What can be done with the selected runs. */
import { Button, Group, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { call } from '../../../client/studio.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { countOf } from '../../../ui/format.ts';
import { DeleteRuns } from '../actions/delete-runs.tsx';
import { EditRun } from '../actions/edit-run.tsx';
import { MOST_COMPARED } from '../charts/compare-select.tsx';
import type { TableView } from './table-view.ts';

export function SelectionBar(props: {
  readonly selected: readonly string[];
  readonly onView: (change: Partial<TableView>) => void;
}) {
  const { selected, onView } = props;
  const [, navigate] = useLocation();
  const [dialog, setDialog] = useState<'delete' | 'edit' | undefined>(undefined);
  const live = useLive((state) => state.runs);
  const { unavailable } = useStudioAction('runs.delete');
  const runs = useQueries({
    queries: selected.slice(0, MOST_COMPARED + 1).map((id) => ({
      queryKey: ['runs.get', { id }],
      queryFn: () => call('runs.get', { id }),
    })),
  }).flatMap(({ data }) => data ?? []);
  const one = selected.length === 1 ? runs[0] : undefined;
  const alive = selected.some((id) => ['running', 'paused'].includes(live[id]?.run.status ?? ''));
  const kinds = new Set(runs.map(({ kind }) => kind));
  const [first, ...others] = selected;
  const comparable = others.length > 0 && others.length <= MOST_COMPARED && kinds.size === 1;
  return (
    <Group role="group" aria-label="Selected runs" gap="sm" mb="xs">
      <Text size="sm" fw={600} role="status">
        {countOf(selected.length, 'run')} selected
      </Text>
      <Button
        size="xs"
        disabled={!comparable}
        title={
          comparable
            ? undefined
            : `Select 2 to ${MOST_COMPARED + 1} runs of one kind to compare them.`
        }
        onClick={() => navigate(`/runs/${encodeURIComponent(first!)}?compare=${others.join(',')}`)}
      >
        Compare curves
      </Button>
      {one === undefined ? null : (
        <Button
          size="xs"
          variant="default"
          disabled={unavailable}
          onClick={() => setDialog('edit')}
        >
          Edit…
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        disabled={alive || unavailable}
        title={alive ? 'A run that is being trained is not deleted: stop it first.' : undefined}
        onClick={() => setDialog('delete')}
      >
        Delete…
      </Button>
      <Button size="xs" variant="subtle" onClick={() => onView({ selected: [] })}>
        Clear
      </Button>
      {dialog === 'delete' ? (
        <DeleteRuns
          ids={selected}
          name={one?.name}
          onDeleted={(gone) => onView({ selected: selected.filter((id) => !gone.includes(id)) })}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
      {dialog === 'edit' && one !== undefined ? (
        <EditRun run={one} onClose={() => setDialog(undefined)} />
      ) : null}
    </Group>
  );
}
