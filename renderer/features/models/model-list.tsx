/** Every network of the workspace. */
import { Badge, Button, Group, Table, Text, TextInput } from '@mantine/core';
import { IconPackageExport, IconPackageImport, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import type { Model } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { agoText, countText, percentText } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { ExportHistory } from './export-history.tsx';
import { ImportDialog } from './import-dialog.tsx';
import classes from './models.module.css';

const ROW = 45;

export function ModelListPage() {
  const { data, error, refetch } = useStudio('models.list', {});
  const [importing, setImporting] = useState(false);
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const models = (data ?? []).filter(({ name }) => name.toLowerCase().includes(wanted));
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
      about="Networks that were trained here or brought in. Each can be taken away in the form that other programs read; every export is loaded again and compared before it counts."
      actions={importButton}
    >
      {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data !== undefined && data.length === 0 ? (
        <EmptyState
          icon={<IconPackageExport size={56} stroke={1.2} aria-hidden />}
          title="No network yet"
          action={
            <Group>
              <Button component={Link} href="/pretrain">
                Pre-train one
              </Button>
              {importButton}
            </Group>
          }
        >
          Networks appear here as soon as a run has saved a checkpoint. Published weights of ConMIM
          and BEiT can be brought in too: of a .pth file nothing is ever executed.
        </EmptyState>
      ) : data === undefined ? null : (
        <>
          <Group justify="space-between">
            <Text size="sm" role="status">
              {countText(models.length)} {models.length === 1 ? 'model' : 'models'}
            </Text>
            <TextInput
              aria-label="Search models"
              placeholder="Search by name"
              leftSection={<IconSearch size={16} aria-hidden />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          </Group>
          {models.length === 0 ? null : <Rows models={models} />}
        </>
      )}
      <ExportHistory />
      <ImportDialog opened={importing} onClose={() => setImporting(false)} />
    </Page>
  );
}

function Rows({ models }: { readonly models: readonly Model[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: models.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const visible = rows.getVirtualItems();
  const after = rows.getTotalSize() - (visible.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
    <section ref={scroller} className={classes['list']!} aria-label="List of models" tabIndex={0}>
      <Table stickyHeader verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {['Name', 'Kind', 'Network', 'Images', 'Top-1', 'Changed'].map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <tr style={{ height: visible[0]?.start ?? 0 }} aria-hidden />
          {visible.map(({ index, key }) => {
            const model = models[index]!;
            return (
              <Table.Tr key={key} style={{ height: ROW }}>
                <Table.Td className={classes['name']!}>
                  <Link
                    href={`/models/${encodeURIComponent(model.reference)}`}
                    className={classes['link']!}
                  >
                    {model.name}
                  </Link>
                </Table.Td>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    <Badge color="gray">
                      {model.kind === 'classifier'
                        ? `classifier, ${countText(model.classes ?? 0)} classes`
                        : 'pre-trained'}
                    </Badge>
                    {model.source === 'import' ? <Badge color="gray">imported</Badge> : null}
                  </Group>
                </Table.Td>
                <Table.Td>{networkText(model)}</Table.Td>
                <Table.Td>{sizeText(model)}</Table.Td>
                <Table.Td>{model.top1 === undefined ? '–' : percentText(model.top1)}</Table.Td>
                <Table.Td>{agoText(model.createdAt)}</Table.Td>
              </Table.Tr>
            );
          })}
          <tr style={{ height: after }} aria-hidden />
        </Table.Tbody>
      </Table>
    </section>
  );
}

function networkText({ depth, embedDim }: Model): string {
  return depth === undefined ? '–' : `${depth} blocks, width ${embedDim}`;
}

function sizeText({ imageSize, patchSize }: Model): string {
  return imageSize === undefined
    ? '–'
    : `${imageSize[1]} × ${imageSize[0]} px in patches of ${patchSize}`;
}
