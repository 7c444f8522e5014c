/** Excludes the selected images from the data set that they are of, and takes that back. */
import { Button, Group, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import type { Dataset } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { countOf } from '../../../ui/format.ts';
import { setsOf } from '../../../ui/sets-of.ts';
import { TextLink } from '../../../ui/text-link.tsx';

interface Done {
  readonly set: Pick<Dataset, 'id' | 'name'>;
  readonly rows: readonly number[];
  /** Whether they were taken back. */
  readonly back: boolean;
}

export function useExclusion(map: { readonly id: string; readonly name: string }) {
  const action = useStudioAction('datasets.exclude', ['datasets.excluded']);
  const [done, setDone] = useState<readonly Done[]>([]);
  const run = ({ set, rows, back }: Done, after: () => void) =>
    action.mutate(
      { id: set.id, map: { id: map.id, name: map.name, rows: [...rows] }, back },
      { onError: notifyError, onSuccess: after },
    );
  return {
    last: done.at(-1),
    isBusy: action.isPending || action.unavailable,
    change(set: Dataset, rows: readonly number[], back: boolean, after: () => void) {
      const one = { set: { id: set.id, name: set.name }, rows, back };
      run(one, () => {
        setDone((known) => [...known, one]);
        after();
      });
    },
    undo() {
      const last = done.at(-1);
      if (last !== undefined)
        run({ ...last, back: !last.back }, () => setDone((known) => known.slice(0, -1)));
    },
  };
}

/** A set is changed once its scan has ended. */
const isScanning = ({ state }: Dataset) => state === 'scanning';

/** Where all of the selected images are excluded, they can be taken back. */
export function ExcludeButton(props: {
  readonly folder: string;
  readonly rows: readonly number[];
  readonly excluded: ReadonlySet<number>;
  readonly exclusion: ReturnType<typeof useExclusion>;
  readonly onDone: () => void;
}) {
  const { folder, rows, excluded, exclusion, onDone } = props;
  const datasets = useLive((state) => state.datasets);
  const back = rows.every((row) => excluded.has(row));
  const sets = setsOf(datasets, folder).filter((set) => !back || set.excluded !== undefined);
  const change = (set: Dataset) => exclusion.change(set, rows, back, onDone);
  const verb = back ? 'Take back into' : 'Exclude from';
  if (sets.length === 0)
    return (
      <Text size="xs" c="dimmed">
        To exclude images, add {folder} as a data set.
      </Text>
    );
  if (sets.length === 1)
    return (
      <Button
        variant="default"
        disabled={exclusion.isBusy || isScanning(sets[0]!)}
        onClick={() => change(sets[0]!)}
      >
        {verb} “{sets[0]!.name}”
      </Button>
    );
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" disabled={exclusion.isBusy}>
          {verb}…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {sets.map((set) => (
          <Menu.Item key={set.id} disabled={isScanning(set)} onClick={() => change(set)}>
            {set.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function LastExclusion(props: { readonly exclusion: ReturnType<typeof useExclusion> }) {
  const { last, isBusy, undo } = props.exclusion;
  const set = useLive(({ datasets }) => datasets.find(({ id }) => id === last?.set.id));
  if (last === undefined) return null;
  return (
    <Group gap="md">
      <Text size="sm" role="status">
        {countOf(last.rows.length, 'image')} {last.back ? 'taken back into' : 'excluded from'}{' '}
        <TextLink href={`/datasets/${last.set.id}`}>{last.set.name}</TextLink>.{' '}
        {last.back ? null : 'What starts on it from now on leaves them out.'}
      </Text>
      <Button
        variant="default"
        size="xs"
        disabled={isBusy || set === undefined || isScanning(set)}
        onClick={undo}
      >
        {last.back ? 'Exclude again' : 'Take back'}
      </Button>
    </Group>
  );
}
