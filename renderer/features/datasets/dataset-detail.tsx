/** The page of a data set: scan progress, health report and images. */
import {
  Button,
  Group,
  Menu,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { type Dataset, NAME_LENGTH } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Page } from '../../ui/page.tsx';
import { ScanProgressBar } from './dataset-list.tsx';
import { HealthReportView } from './health-report.tsx';
import { ImageGrid } from './image-grid.tsx';

export function DatasetDetail({ id }: { readonly id: string }) {
  const dataset = useLive((state) => state.datasets.find((found) => found.id === id));
  const ready = useLive((state) => state.ready);
  const stop = useStudioAction('datasets.stopScan');
  const scan = useStudioAction('datasets.scan');
  if (dataset === undefined) return ready ? <Gone /> : null;
  const { name, folders, state, report, error, progress } = dataset;
  return (
    <Page title={name} about={folders.join(', ')} actions={<Actions dataset={dataset} />}>
      {state === 'scanning' ? (
        <Group align="flex-end">
          <Stack flex={1}>
            <ScanProgressBar progress={progress} />
          </Stack>
          <Button
            variant="default"
            disabled={stop.unavailable}
            onClick={() => stop.mutate({ id }, { onError: notifyError })}
          >
            Stop
          </Button>
        </Group>
      ) : null}
      {error === undefined ? null : (
        <ErrorNotice error={error} onRetry={() => scan.mutate({ id }, { onError: notifyError })} />
      )}
      {report === undefined ? null : (
        <>
          <HealthReportView dataset={dataset} report={report} />
          <Pictures key={report.scannedAt} dataset={dataset} />
        </>
      )}
    </Page>
  );
}

function Pictures({ dataset: { id, report } }: { readonly dataset: Dataset }) {
  const [show, setShow] = useState<'all' | 'duplicates'>('all');
  const [only, setOnly] = useState<string | null>(null);
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          Images
        </Title>
        <Group>
          {report?.classes === undefined ? null : (
            <Select
              aria-label="Class"
              placeholder="All classes"
              data={report.classes.map(({ name }) => name)}
              value={only}
              onChange={setOnly}
              searchable
              clearable
              limit={100}
            />
          )}
          {(report?.duplicates.groups ?? 0) > 0 ? (
            <SegmentedControl
              aria-label="Which images"
              value={show}
              onChange={(value) => setShow(value as 'all' | 'duplicates')}
              data={[
                { value: 'all', label: 'All' },
                { value: 'duplicates', label: termOf('duplicates') },
              ]}
              transitionDuration={0}
            />
          ) : null}
        </Group>
      </Group>
      <ImageGrid
        id={id}
        filter={{
          ...(show === 'all' ? {} : { show }),
          ...(only === null ? {} : { class: only }),
        }}
      />
    </Stack>
  );
}

function Actions({ dataset: { id, name, state } }: { readonly dataset: Dataset }) {
  const scan = useStudioAction('datasets.scan');
  const rename = useStudioAction('datasets.rename');
  const remove = useStudioAction('datasets.remove');
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<'rename' | 'remove' | undefined>(undefined);
  const [text, setText] = useState(name);
  const close = () => {
    setAsking(undefined);
    rename.reset();
    remove.reset();
  };
  return (
    <>
      <Button component={Link} href="/datasets" variant="default">
        All data sets
      </Button>
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
      <FormDialog
        opened={asking === 'rename'}
        title="Rename the data set"
        submit="Rename"
        onSubmit={() => rename.mutate({ id, name: text.trim() }, { onSuccess: close })}
        onClose={close}
        disabled={text.trim() === '' || rename.unavailable}
        loading={rename.isPending}
        error={rename.error}
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
        disabled={remove.unavailable}
        loading={remove.isPending}
        error={remove.error}
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
        action={
          <Button component={Link} href="/datasets">
            All data sets
          </Button>
        }
      >
        It may have been removed in another window.
      </EmptyState>
    </Page>
  );
}
