/** The list of the networks of the workspace. */

import { Anchor, Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconPackageExport, IconPackageImport, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { ModelSummary } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { askImport, useAskedImport } from '../../state/asked-import.ts';
import { SCORE_COLUMN } from '../../ui/columns.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { agoText, countOf } from '../../ui/format.ts';
import { MainLinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { referenceAddress } from '../../ui/reference-param.ts';
import { ExportHistory } from './export-history.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { filterModels, type Kind, modelKindText, networkText, sizeText } from './model-text.ts';

const COLUMNS: readonly Column<ModelSummary>[] = [
  {
    label: 'Name',
    sort: ({ name }) => name,
    cell: ({ name, reference }) => (
      <Anchor component={Link} href={referenceAddress('models', reference)} fw={600} size="sm">
        {name}
      </Anchor>
    ),
  },
  { label: 'Kind', sort: modelKindText, cell: modelKindText },
  { label: 'Network', sort: ({ embedDim }) => embedDim, cell: networkText },
  { label: 'Images', sort: ({ imageSize }) => imageSize?.[0], cell: sizeText },
  SCORE_COLUMN,
  {
    label: 'Changed',
    width: 130,
    sort: ({ createdAt }) => Date.parse(createdAt),
    cell: ({ createdAt }) => agoText(createdAt),
  },
];

export function ModelListPage() {
  const { data, error, refetch } = useStudio('models.list', {});
  const [importing, setImporting] = useState(false);
  const asked = useAskedImport(({ file }) => file);
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState<Kind>('all');
  const models = useMemo(() => filterModels(data ?? [], kind, search), [data, kind, search]);
  const importButton = (
    <Button
      variant="default"
      leftSection={<IconPackageImport size={18} aria-hidden />}
      onClick={() => setImporting(true)}
    >
      Import weights…
    </Button>
  );
  return (
    <Page
      title="Models"
      about="Networks that were trained here or imported. Exports are loaded again and compared."
      actions={importButton}
    >
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data !== undefined && data.length === 0 ? (
        <EmptyState
          icon={<IconPackageExport size={56} stroke={1.2} aria-hidden />}
          title="No network yet"
          action={
            <Group>
              <MainLinkButton href="/pretrain">Pre-train one</MainLinkButton>
              {importButton}
            </Group>
          }
        >
          Networks appear here as soon as a run has saved a checkpoint. Published weights of ConMIM
          and BEiT can be imported too; code in a .pth file is never executed.
        </EmptyState>
      ) : data === undefined ? null : (
        <section aria-label="All models">
          <Group justify="space-between" mb="sm">
            <Text size="sm" role="status">
              {countOf(models.length, 'model')}
            </Text>
            <Group>
              <SegmentedControl
                aria-label="Kind"
                value={kind}
                onChange={(chosen) => setKind(chosen as Kind)}
                data={[
                  { value: 'all', label: 'All' },
                  { value: 'pretrained', label: 'Pre-trained' },
                  { value: 'classifier', label: 'With classes' },
                ]}
              />
              <TextInput
                aria-label="Search models"
                placeholder="Search by name"
                leftSection={<IconSearch size={16} aria-hidden />}
                value={search}
                onChange={(event) => setSearch(event.currentTarget.value)}
              />
            </Group>
          </Group>
          {models.length === 0 ? (
            <Text c="dimmed">No model has such a name. Search for less of it.</Text>
          ) : (
            <DataTable
              label="List of models"
              columns={COLUMNS}
              rows={models}
              rowKey={({ reference }) => reference}
              height="60vh"
            />
          )}
        </section>
      )}
      <ExportHistory />
      <ImportDialog
        opened={importing || asked !== undefined}
        file={asked}
        onClose={() => {
          setImporting(false);
          askImport(undefined);
        }}
      />
    </Page>
  );
}
