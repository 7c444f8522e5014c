/** The queue and the table of all runs of the workspace. */

import { Group, Text, Title } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import type { RunSort } from '../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { changeQuery, useAddressQuery } from '../../state/address.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { countOf } from '../../ui/format.ts';
import { MainLinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { FailedOthers, QueuePanel } from './queue/queue-panel.tsx';
import { USUAL_COLUMNS } from './table/run-columns.tsx';
import { PAGE, RunTable } from './table/run-table.tsx';
import { SelectionBar } from './table/selection-bar.tsx';
import { TableTools } from './table/table-tools.tsx';
import { isFiltered, readView, type TableView, tableInput, viewQuery } from './table/table-view.ts';

const onView = (change: Partial<TableView>) => changeQuery(viewQuery(change));

export function RunListPage() {
  const view = readView(useAddressQuery());
  const first = useStudio('runs.table', { offset: 0, count: PAGE, ...tableInput(view) });
  const { total = 0, runs = 0, tags = [] } = first.data ?? {};
  const { columns, onColumns } = useColumns();
  const filter = { ...tableInput(view), opened: undefined };
  return (
    <Page
      title="Runs"
      about="All trainings of this workspace. They continue without this window."
      actions={<MainLinkButton href="/pretrain">New pre-training</MainLinkButton>}
    >
      <QueuePanel failures />
      <ErrorNotice error={first.error} onRetry={() => void first.refetch()} />
      {first.data !== undefined && total === 0 && !isFiltered(view) ? (
        <EmptyState
          icon={<IconChartLine size={56} stroke={1.2} aria-hidden />}
          title="Nothing was trained yet"
          action={<MainLinkButton href="/pretrain">Set up a pre-training</MainLinkButton>}
        >
          Runs appear here with their curves and settings.
        </EmptyState>
      ) : (
        <section aria-label="All runs">
          <Group justify="space-between" mb="sm" align="flex-end">
            <Title order={2} size="h4">
              All runs
            </Title>
            <TableTools
              view={view}
              tags={tags}
              onView={onView}
              columns={columns}
              onColumns={onColumns}
            />
          </Group>
          {view.selected.length > 0 ? (
            <SelectionBar selected={view.selected} onView={onView} />
          ) : (
            <Text size="sm" role="status" mb="xs">
              {countOf(runs, 'run')}
            </Text>
          )}
          {total === 0 ? null : (
            <RunTable
              key={JSON.stringify(filter)}
              view={view}
              total={total}
              columns={columns}
              onView={onView}
            />
          )}
        </section>
      )}
      <FailedOthers />
    </Page>
  );
}

/** The chosen columns, kept with the settings of the application. */
function useColumns() {
  const settings = useStudio('settings.read', {});
  const write = useStudioAction('settings.write', ['settings.read']);
  const columns: readonly RunSort[] = settings.data?.runColumns ?? USUAL_COLUMNS;
  const choose = (runColumns: RunSort[] | null) =>
    write.mutate({ runColumns }, { onError: notifyError });
  return { columns, onColumns: write.unavailable ? undefined : choose };
}
