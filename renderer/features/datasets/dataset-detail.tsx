/** The page of a data set: scan progress, health report and images. */
import { Button, Group, Menu, Stack, Text, TextInput } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { DENSE_FORMAT_TITLES } from '../../../engine/contract/dense-labels.ts';
import {
  type Dataset,
  type HealthReport,
  NAME_LENGTH,
} from '../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { notifyError } from '../../ui/error-notice.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { LinkButton, MainLinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { denseFormatOf } from '../../ui/set-at.ts';
import classes from './dataset-detail.module.css';
import { HealthReportView } from './health/health-report.tsx';
import { DatasetImages } from './images/dataset-images.tsx';
import { ExcludedImages } from './images/excluded-images.tsx';
import type { ImageFilter } from './images/image-filter.ts';
import { ReportBars } from './images/report-bars.tsx';
import { PrepareDialog } from './prepared/prepare-dialog.tsx';
import { PreparedImages } from './prepared/prepared-images.tsx';
import { LabelsDialog } from './reading/labels-dialog.tsx';
import { TilesDialog } from './reading/tiles-dialog.tsx';
import { MissingFolders } from './scan/missing-folders.tsx';
import { ScanError } from './scan/scan-error.tsx';
import { ScanProgressBar } from './scan/scan-progress.tsx';

/** Time between looks for folders that are gone, ms. */
const LOOK_MS = 15_000;

export function DatasetDetail({ id }: { readonly id: string }) {
  const dataset = useLive((state) => state.datasets.find((found) => found.id === id));
  const ready = useLive((state) => state.ready);
  const scan = useStudioAction('datasets.scan');
  const missing =
    useStudio('datasets.missing', { id }, { enabled: dataset !== undefined, every: LOOK_MS }).data
      ?.folders ?? [];
  if (dataset === undefined) return ready ? <Gone /> : null;
  const rescan = () => scan.mutate({ id }, { onError: notifyError });
  const { name, state, report, error, progress } = dataset;
  return (
    <Page title={name} about={aboutText(dataset)} actions={<Actions dataset={dataset} />}>
      {state === 'scanning' ? (
        <Group align="flex-end">
          <Stack flex={1}>
            <ScanProgressBar progress={progress} />
          </Stack>
          <ActionButton command="datasets.stopScan" input={{ id }}>
            Stop
          </ActionButton>
        </Group>
      ) : null}
      {missing.length > 0 ? (
        <MissingFolders folders={missing} onScan={rescan} />
      ) : error === undefined ? null : (
        <ScanError dataset={dataset} onRetry={rescan} />
      )}
      {report === undefined ? null : (
        <Found key={report.scannedAt} dataset={dataset} report={report} />
      )}
      <ExcludedImages key={dataset.excluded?.file} dataset={dataset} />
    </Page>
  );
}

/** The format of its masks or boxes, and its places. */
function aboutText(dataset: Dataset): string {
  const format = denseFormatOf(dataset);
  const at = dataset.folders.join(', ');
  return format === undefined ? at : `${DENSE_FORMAT_TITLES[format]}: ${at}`;
}

/** In the order of paths, the first hundreds of images are often of one class. */
const FIRST_ORDER: ImageFilter = { order: 'shuffled' };

function Found({ dataset, report }: { readonly dataset: Dataset; readonly report: HealthReport }) {
  const [filter, setFilter] = useState<ImageFilter>(FIRST_ORDER);
  const top = useRef<HTMLDivElement>(null);
  const onBar = (next: ImageFilter) => {
    setFilter(next);
    // On narrow windows the bars are below the images.
    top.current?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <div className={classes['found']!}>
        <div ref={top}>
          <DatasetImages dataset={dataset} report={report} filter={filter} onFilter={setFilter} />
        </div>
        <div className={classes['bars']!}>
          <ReportBars report={report} filter={filter} onFilter={onBar} />
        </div>
      </div>
      <PreparedImages dataset={dataset} />
      <HealthReportView report={report} />
    </>
  );
}

function Actions({ dataset }: { readonly dataset: Dataset }) {
  const { id, name, kind, state, report } = dataset;
  const scan = useStudioAction('datasets.scan');
  const rename = useStudioAction('datasets.rename');
  const remove = useStudioAction('datasets.remove');
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<
    'rename' | 'labels' | 'tiles' | 'prepare' | 'remove' | undefined
  >(undefined);
  const [text, setText] = useState(name);
  const close = () => {
    setAsking(undefined);
    rename.reset();
    remove.reset();
  };
  return (
    <>
      <LinkButton href="/datasets">All data sets</LinkButton>
      {report === undefined || report.dense?.imageFolders.length === 0 ? null : (
        <MainLinkButton href={`/pretrain/${id}`}>Pre-train on this</MainLinkButton>
      )}
      {report === undefined || kind === 'images' ? null : (
        <LinkButton href={`/finetune/on/${id}`}>Fine-tune on this</LinkButton>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" aria-label={`More for ${name}`} px="xs">
            <IconDots size={18} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            disabled={state === 'scanning' || scan.unavailable}
            onClick={() => scan.mutate({ id }, { onError: notifyError })}
          >
            Scan again
          </Menu.Item>
          {kind === 'dense' ? (
            <Menu.Item disabled={state === 'scanning'} onClick={() => setAsking('labels')}>
              How labels are read…
            </Menu.Item>
          ) : (
            <Menu.Item disabled={state === 'scanning'} onClick={() => setAsking('tiles')}>
              Tiles and stacks…
            </Menu.Item>
          )}
          {report === undefined || report.dense?.imageFolders.length === 0 ? null : (
            <Menu.Item onClick={() => setAsking('prepare')}>Prepare images…</Menu.Item>
          )}
          <Menu.Item
            onClick={() => {
              setText(name);
              setAsking('rename');
            }}
          >
            Rename…
          </Menu.Item>
          <Menu.Item onClick={() => setAsking('remove')}>Remove from the list…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === 'labels' ? <LabelsDialog dataset={dataset} onClose={close} /> : null}
      {asking === 'prepare' && report !== undefined ? (
        <PrepareDialog dataset={dataset} report={report} onClose={close} />
      ) : null}
      {asking === 'tiles' ? <TilesDialog dataset={dataset} onClose={close} /> : null}
      <FormDialog
        opened={asking === 'rename'}
        title="Rename the data set"
        submit="Rename"
        onSubmit={() => rename.mutate({ id, name: text.trim() }, { onSuccess: close })}
        onClose={close}
        action={rename}
        disabled={text.trim() === ''}
      >
        <TextInput
          label="Name"
          maxLength={NAME_LENGTH}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </FormDialog>
      <FormDialog
        opened={asking === 'remove'}
        title={`Remove “${name}”?`}
        submit="Remove"
        onSubmit={() => remove.mutate({ id }, { onSuccess: () => navigate('/datasets') })}
        onClose={close}
        action={remove}
        destructive
      >
        <Text>It is removed from this list. The images and the runs that used them are kept.</Text>
      </FormDialog>
    </>
  );
}

function Gone() {
  return (
    <Page title="Data set">
      <EmptyState
        icon={null}
        title="This data set is not in the list"
        action={<MainLinkButton href="/datasets">All data sets</MainLinkButton>}
      >
        It may have been removed in another window.
      </EmptyState>
    </Page>
  );
}
