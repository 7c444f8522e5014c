/** What is done with a selection: a list of it, exclusion, or a class; classes are saved as a list for fine-tuning. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { csvRow } from '../../../../engine/contract/csv-text.ts';
import type { MapAbout } from '../../../../engine/contract/studio/index.ts';
import { call } from '../../../client/studio.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { countOf, countText } from '../../../ui/format.ts';
import { saveMade } from '../../../ui/save-made.ts';
import { AddToSet } from './add-to-set.tsx';
import { ExcludeButton, LastExclusion, useExclusion } from './exclude.tsx';
import { classCounts, type Naming, named, undone } from './selection.ts';

/** Most rows of a call. */
const AT_ONCE = 500;

export function SelectionPanel(props: {
  readonly id: string;
  readonly about: MapAbout;
  readonly rows: readonly number[];
  /** Rows that are excluded from their data set now. */
  readonly excluded: ReadonlySet<number>;
  readonly naming: Naming;
  readonly onName: (naming: Naming) => void;
  readonly onClear: () => void;
}) {
  const { id, about, rows, excluded, naming, onName, onClear } = props;
  const { name, folder, network } = about;
  const [label, setLabel] = useState('');
  const exclusion = useExclusion({ id, name });
  const counts = classCounts(naming);
  const pathsOf = async (wanted: readonly number[]) => {
    const paths = new Map<number, string>();
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      const some = wanted.slice(at, at + AT_ONCE);
      const { items } = await call('insight.mapImages', { id, name, rows: some });
      for (const { row, path } of items) paths.set(row, path);
    }
    return paths;
  };
  const save = async (file: string, head: readonly string[], wanted: readonly number[]) => {
    try {
      const paths = await pathsOf(wanted);
      const lines = wanted.map((row) =>
        csvRow([paths.get(row) ?? '', naming.labels.get(row) ?? ''].slice(0, head.length)),
      );
      await saveMade(file, new Blob([`${[csvRow(head), ...lines].join('\n')}\n`]));
    } catch (error) {
      notifyError(error);
    }
  };
  return (
    <Stack gap="xs">
      <Group gap="md" align="flex-end">
        <Text size="sm" role="status">
          {rows.length === 0
            ? 'Hold Shift and draw a line around points to select them, or press S on the map for the chosen image.'
            : `${countOf(rows.length, 'image')} selected.`}
        </Text>
        {rows.length === 0 ? null : (
          <>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (label.trim() === '') return;
                onName(named(naming, rows, label.trim()));
                onClear();
              }}
            >
              <Group gap="xs" align="flex-end">
                <TextInput
                  label="Class"
                  value={label}
                  onChange={(event) => setLabel(event.currentTarget.value)}
                />
                <Button type="submit" disabled={label.trim() === ''}>
                  Name
                </Button>
              </Group>
            </form>
            <Button variant="default" onClick={() => void save('selection.csv', ['path'], rows)}>
              Save the list
            </Button>
            <ExcludeButton
              folder={folder}
              rows={rows}
              excluded={excluded}
              exclusion={exclusion}
              onDone={onClear}
            />
            <Button variant="default" onClick={onClear}>
              Clear
            </Button>
          </>
        )}
      </Group>
      <LastExclusion exclusion={exclusion} />
      {counts.length === 0 ? null : (
        <AddToSet id={id} name={name} network={network} naming={naming} />
      )}
      {counts.length === 0 && naming.before === undefined ? null : (
        <Group gap="md">
          <Text size="sm">
            {counts.length === 0
              ? 'No class yet.'
              : counts.map(([one, images]) => `${one} (${countText(images)})`).join(', ')}
          </Text>
          <Button variant="default" size="xs" onClick={() => onName(undone(naming))}>
            Undo
          </Button>
          <Button
            size="xs"
            disabled={counts.length === 0}
            onClick={() => void save('labels.csv', ['path', 'label'], [...naming.labels.keys()])}
          >
            Save classes as CSV
          </Button>
        </Group>
      )}
    </Stack>
  );
}
