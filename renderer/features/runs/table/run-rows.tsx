/** The rows of the table of runs: a run, and a comparison with its runs. */
import { ActionIcon, Table } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import type { Job, RunRow } from '../../../../engine/contract/studio/index.ts';
import { useLive } from '../../../state/live.ts';
import { baseName } from '../../../ui/base-name.ts';
import { countOf } from '../../../ui/format.ts';
import { NameLink } from '../../../ui/name-link.tsx';
import { FavouriteButton } from '../actions/favourite-button.tsx';
import type { RunColumn } from './run-columns.tsx';
import classes from './table.module.css';
import { MOST_SELECTED, type TableView } from './table-view.ts';

interface RowProps {
  readonly place: { readonly 'aria-rowindex': number; readonly style: CSSProperties };
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
}

type OneRun = Extract<RunRow, { run: unknown }>;

export function RunTableRow(
  props: RowProps & {
    readonly row: OneRun;
    readonly cells: readonly {
      readonly key: string;
      readonly className: string;
      readonly column: RunColumn;
    }[];
  },
) {
  const { place, row, cells, view, onView } = props;
  const { run: listed, child = false } = row;
  const live = useLive((state) => state.runs[listed.id]);
  const { loss, tokenMatch: match, imagesPerSecond } = live?.latest ?? {};
  const pushed = loss === undefined ? listed.last : { loss, match, imagesPerSecond };
  const run = { ...listed, ...live?.run, ...(pushed === undefined ? {} : { last: pushed }) };
  const selected = view.selected.includes(run.id);
  return (
    <Table.Tr
      {...place}
      className={child ? classes['child']! : ''}
      data-selected={selected || undefined}
    >
      <Table.Td>
        <Box label={run.name} ids={[run.id]} view={view} onView={onView} />
      </Table.Td>
      <Table.Th scope="row" title={run.note === undefined ? run.name : `${run.name}\n${run.note}`}>
        <span className={classes['name']!}>
          <NameLink href={`/runs/${encodeURIComponent(run.id)}`}>{run.name}</NameLink>
        </span>
      </Table.Th>
      {cells.map(({ key, className, column }) => (
        <Table.Td key={key} className={className}>
          {column.cell(run)}
        </Table.Td>
      ))}
      <Table.Td p={0}>
        <FavouriteButton run={run} />
      </Table.Td>
    </Table.Tr>
  );
}

export function ComparisonRow(
  props: RowProps & {
    readonly row: Exclude<RunRow, OneRun>;
    readonly cells: readonly { readonly key: string; readonly className: string }[];
  },
) {
  const { place, row, cells, view, onView } = props;
  const { comparison, isStudy, opened, runs } = row;
  const job = useLive(({ jobs }) => jobs.find(({ results }) => results === comparison));
  const name = job?.title ?? `${isStudy ? 'Study' : 'Comparison'} in ${baseName(comparison)}`;
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  const toggle = () =>
    onView({
      opened: opened
        ? view.opened.filter((folder) => folder !== comparison)
        : [...view.opened, comparison],
    });
  return (
    <Table.Tr {...place} className={classes['comparison']!}>
      <Table.Td>
        <Box label={`${name}, all its runs`} ids={runs} view={view} onView={onView} />
      </Table.Td>
      <Table.Th scope="row" title={comparison}>
        <span className={classes['name']!}>
          <ActionIcon
            variant="subtle"
            size="sm"
            aria-expanded={opened}
            aria-label={`Runs of ${name}`}
            onClick={toggle}
          >
            <Chevron size={16} aria-hidden />
          </ActionIcon>
          {job === undefined ? (
            <b>{name}</b>
          ) : (
            <NameLink href={resultAddress(job)}>{name}</NameLink>
          )}
          <span>{countOf(runs.length, 'run')}</span>
        </span>
      </Table.Th>
      {cells.map(({ key, className }) => (
        <Table.Td key={key} className={className} />
      ))}
      <Table.Td />
    </Table.Tr>
  );
}

function resultAddress({ id, request }: Job): string {
  return request.kind === 'study' ? `/studies/${id}` : `/finetune/results/${id}`;
}

/** The box that selects runs. */
function Box(props: {
  readonly label: string;
  readonly ids: readonly string[];
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
}) {
  const { label, ids, view, onView } = props;
  const { selected } = view;
  const all = ids.every((id) => selected.includes(id));
  const rest = selected.filter((id) => !ids.includes(id));
  return (
    <input
      type="checkbox"
      className={classes['box']!}
      aria-label={`Select ${label}`}
      checked={all}
      disabled={!all && rest.length + ids.length > MOST_SELECTED}
      onChange={() => onView({ selected: all ? rest : [...rest, ...ids] })}
    />
  );
}
