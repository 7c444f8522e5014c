/** The filter of the table of runs, and the choice of its columns. */
import { Button, Checkbox, Group, Popover, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconColumns, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { NAME_LENGTH, type RunSort } from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { RUN_KINDS } from '../../../tasks/register.ts';
import { CHOICES, RUN_COLUMNS, USUAL_COLUMNS } from './run-columns.tsx';
import type { TableView } from './table-view.ts';

export function TableTools(props: {
  readonly view: TableView;
  readonly tags: readonly string[];
  readonly onView: (change: Partial<TableView>) => void;
  readonly columns: readonly RunSort[];
  readonly onColumns: ((columns: RunSort[] | null) => void) | undefined;
}) {
  const { view, tags, onView, columns, onColumns } = props;
  const [search, setSearch] = useState(view.search);
  const settle = useDebouncedCallback((text: string) => onView({ search: text }), 200);
  return (
    <Group align="flex-end" gap="sm">
      <TextInput
        aria-label="Search runs"
        placeholder="Search name or tag"
        maxLength={NAME_LENGTH}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          settle(event.currentTarget.value);
        }}
      />
      <Select
        aria-label={termOf('kind')}
        placeholder="All kinds"
        w={150}
        clearable
        value={view.kind ?? null}
        data={[...RUN_KINDS].map(([value, label]) => ({ value, label }))}
        onChange={(kind) => onView({ kind: (kind as TableView['kind'] | null) ?? undefined })}
      />
      {tags.length === 0 && view.tag === undefined ? null : (
        <Select
          aria-label="Tag"
          placeholder="All tags"
          w={150}
          clearable
          searchable
          value={view.tag ?? null}
          data={view.tag === undefined || tags.includes(view.tag) ? [...tags] : [...tags, view.tag]}
          onChange={(tag) => onView({ tag: tag ?? undefined })}
        />
      )}
      <Switch
        label="Favourites"
        mb={8}
        checked={view.favourite}
        onChange={(event) => onView({ favourite: event.currentTarget.checked })}
      />
      <Popover position="bottom-end" trapFocus>
        <Popover.Target>
          <Button variant="default" leftSection={<IconColumns size={16} aria-hidden />}>
            Columns
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="xs" role="group" aria-label="Columns">
            {CHOICES.map((key) => (
              <Checkbox
                key={key}
                label={RUN_COLUMNS[key].label}
                checked={columns.includes(key)}
                disabled={onColumns === undefined}
                onChange={({ currentTarget: { checked } }) =>
                  onColumns?.(
                    CHOICES.filter((one) => (one === key ? checked : columns.includes(one))),
                  )
                }
              />
            ))}
            <Button
              variant="default"
              size="xs"
              disabled={onColumns === undefined || columns === USUAL_COLUMNS}
              onClick={() => onColumns?.(null)}
            >
              Usual columns
            </Button>
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}
