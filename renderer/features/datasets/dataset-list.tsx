/** The list of data sets, with buttons to add more. */
import { Badge, Box, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconPhoto, IconPhotoPlus, IconPolygon, IconTags } from '@tabler/icons-react';
import { Link } from 'wouter';
import { DENSE_FORMAT_TITLES, isMaskFormat } from '../../../engine/contract/dense-labels.ts';
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useLive } from '../../state/live.ts';
import { DatasetPictures } from '../../ui/dataset-pictures.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { bytesText, countOf, countText } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { pageWords } from '../../ui/page-words.ts';
import { PathText } from '../../ui/path-text.tsx';
import { denseFormatOf } from '../../ui/set-at.ts';
import { AddDataset } from './add/add-dataset.tsx';
import { SampleData, SampleDataJob } from './add/sample-data.tsx';
import classes from './dataset-list.module.css';
import { ScanProgressBar } from './scan/scan-progress.tsx';

const SHOWN_FOLDERS = 2;

export function DatasetList() {
  const datasets = useLive((state) => state.datasets);
  const ready = useLive((state) => state.ready);
  return (
    <Page
      title="Data sets"
      about="Folders of images on this machine. They are read in place: nothing is copied, changed or sent anywhere."
      actions={datasets.length > 0 ? <AddDataset /> : null}
    >
      <SampleDataJob />
      {datasets.length > 0 ? (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} component="ul" className="plain-list">
          {datasets.map((dataset) => (
            <li key={dataset.id}>
              <DatasetCard dataset={dataset} />
            </li>
          ))}
        </SimpleGrid>
      ) : ready ? (
        <EmptyState
          icon={<IconPhotoPlus size={56} stroke={1.2} aria-hidden />}
          title="Begin with a folder of your images"
          action={
            <Group gap="sm" justify="center">
              <AddDataset />
              <SampleData />
            </Group>
          }
        >
          <Stack gap="xs">
            <span>
              Any folder can be added, with or without subfolders, and tar, zip and Parquet files:
              JPEG, PNG, WebP, TIFF, GIF, AVIF, BMP, HEIC, JPEG 2000, DICOM, NIfTI and NumPy arrays
              are found. A few thousand images of one kind, such as X-rays or parts from one line,
              are a good start; no labels are needed.
            </span>
            <span>
              For fine-tuning and evaluation later, also add labelled images: a folder with a folder
              for each class, or a CSV with the columns path and label.
            </span>
            {desktop === undefined ? null : (
              <span>You can also drop folders anywhere on this window.</span>
            )}
          </Stack>
        </EmptyState>
      ) : null}
    </Page>
  );
}

const KINDS = {
  images: { Icon: IconPhoto, colour: 'teal', text: 'images' },
  labelled: { Icon: IconTags, colour: 'blue', text: 'labelled' },
  dense: { Icon: IconPolygon, colour: 'blue', text: 'masks or boxes' },
} as const satisfies Record<Dataset['kind'], unknown>;

function DatasetCard({ dataset }: { readonly dataset: Dataset }) {
  const { id, name, kind, folders, state, progress, report, error } = dataset;
  const { Icon, colour, text } = KINDS[kind];
  const format = denseFormatOf(dataset);
  return (
    <Card withBorder h="100%">
      <Group justify="space-between" align="flex-start" gap="xs" wrap="nowrap">
        <Group gap="xs" wrap="nowrap" align="flex-start" miw={0}>
          <Icon size={20} aria-hidden style={{ flexShrink: 0, marginTop: 4 }} />
          <Title order={2} size="h4">
            <Link href={`/datasets/${id}`} className={classes['cover']!}>
              {name}
            </Link>
          </Title>
        </Group>
        <Badge miw="max-content" color={colour}>
          {format === undefined ? text : isMaskFormat(format) ? 'masks' : 'boxes'}
        </Badge>
      </Group>
      {folders.slice(0, SHOWN_FOLDERS).map((folder) => (
        <PathText key={folder} path={folder} most={90} c="dimmed" />
      ))}
      {folders.length > SHOWN_FOLDERS ? (
        <Text size="sm" c="dimmed">
          and {countText(folders.length - SHOWN_FOLDERS)} more folders
        </Text>
      ) : null}
      <Box mt="sm" mb="xs">
        {state === 'scanning' ? (
          <>
            {report === undefined ? null : (
              <Text size="sm">
                {countOf(report.images, 'image')}, {bytesText(report.bytes)}
                {report.depth === undefined ? '' : ' (quick scan)'}
              </Text>
            )}
            <ScanProgressBar progress={progress} />
          </>
        ) : state === 'failed' ? (
          <Text size="sm" c="red" role="status">
            {pageWords(error?.message ?? 'The scan failed.')}
          </Text>
        ) : report === undefined ? null : (
          <Text size="sm">
            {format === undefined ? '' : `${DENSE_FORMAT_TITLES[format]}: `}
            {countOf(report.images, 'image')}, {bytesText(report.bytes)}
            {report.classes === undefined
              ? ''
              : `, ${countOf(report.classes.length, 'class', 'classes')}`}
            {report.unreadable.count > 0
              ? `; ${countText(report.unreadable.count)} cannot be read`
              : ''}
          </Text>
        )}
      </Box>
      <Box mt="auto">
        <DatasetPictures key={report?.scannedAt} dataset={dataset} />
      </Box>
    </Card>
  );
}
