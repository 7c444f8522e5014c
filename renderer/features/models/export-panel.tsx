/** Choosing a form, a place, and one click. */
import {
  Button,
  Card,
  Group,
  Radio,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import { useState } from 'react';
import type { JobRequest, Model, RequestOf } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { ErrorNotice, tellError } from '../../ui/error-notice.tsx';
import { PathField } from '../../ui/path-field.tsx';
import { JobOutcome } from './export-history.tsx';
import { defaultTarget, FORMATS, type FormatEntry, type Which } from './formats.ts';
import classes from './models.module.css';

export function ExportPanel(props: {
  readonly reference: string;
  readonly model: Model | undefined;
  readonly which: Which;
}) {
  const { reference, model, which } = props;
  const info = useStudio('app.info', {});
  const submit = useStudioAction('jobs.submit');
  const job = useLive((state) => state.jobs.find(({ id }) => id === submit.data?.id));
  const formats = FORMATS.filter(
    ({ pretrainedRunsOnly }) =>
      pretrainedRunsOnly !== true || (model?.source === 'run' && model.kind === 'pretrained'),
  );
  const [format, setFormat] = useState(formats[0]!.format);
  const [target, setTarget] = useState<string | undefined>(undefined);
  const [images, setImages] = useState('');
  const entry = formats.find((found) => found.format === format) ?? formats[0]!;
  const name = model?.name ?? 'model';
  const out =
    target ?? (info.data === undefined ? '' : defaultTarget(info.data.workspace, name, entry));
  const request = requestOf({ entry, reference, which, out, images });
  const busy = job?.state === 'running' || job?.state === 'waiting';
  const pick = () =>
    void desktop
      ?.pickSavePath({ title: 'Export to', defaultName: out })
      .then((path) => path !== undefined && setTarget(path))
      .catch(tellError);
  return (
    <Card withBorder component="section" aria-label="Export">
      <Stack>
        <Title order={2} size="h4">
          Take it away
        </Title>
        <Radio.Group
          aria-label="Format"
          value={format}
          onChange={(value) => {
            setFormat(value as typeof format);
            setTarget(undefined);
          }}
        >
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
            {formats.map((found) => (
              <Radio.Card
                key={found.format}
                value={found.format}
                className={classes['format']!}
                withBorder
              >
                <Group wrap="nowrap" align="flex-start" gap="sm">
                  <Radio.Indicator aria-hidden />
                  <div>
                    <Text fw={600} size="sm">
                      {found.title}
                    </Text>
                    <Text size="sm" c="dimmed">
                      {found.about}
                    </Text>
                  </div>
                </Group>
              </Radio.Card>
            ))}
          </SimpleGrid>
        </Radio.Group>
        {entry.needsImages ? (
          <PathField label="Images to take features of" value={images} onChange={setImages} />
        ) : null}
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            label={entry.ending === undefined ? 'Folder to write' : 'File to write'}
            description="It must be free, empty, or an earlier export."
            value={out}
            onChange={(event) => setTarget(event.currentTarget.value)}
            style={{ flex: 1 }}
          />
          {desktop === undefined ? null : (
            <Button variant="default" onClick={pick}>
              Choose…
            </Button>
          )}
          <Button
            leftSection={<IconPackageExport size={18} aria-hidden />}
            disabled={request === undefined || busy}
            loading={submit.isPending}
            onClick={() => request !== undefined && submit.mutate(request)}
          >
            Export and check
          </Button>
        </Group>
        {submit.error === null ? null : <ErrorNotice error={submit.error} />}
        {job === undefined ? null : <JobOutcome job={job} />}
        {request === undefined ? null : <CopyCommand request={request} />}
      </Stack>
    </Card>
  );
}

function requestOf(given: {
  entry: FormatEntry;
  reference: string;
  which: Which;
  out: string;
  images: string;
}): JobRequest | undefined {
  const { entry, reference, which, out, images } = given;
  if (out.trim() === '') return undefined;
  if (!entry.needsImages) {
    const format = entry.format as RequestOf<'export'>['format'];
    // A continuation package holds both networks.
    const { network: _, ...step } = which;
    const chosen = format === 'continuation' ? step : which;
    return { kind: 'export', model: reference, format, out: out.trim(), ...chosen };
  }
  if (images.trim() === '') return undefined;
  return {
    kind: 'embed',
    from: reference,
    data: images.trim(),
    format: entry.format as RequestOf<'embed'>['format'],
    pooling: 'mean',
    out: out.trim(),
    device: 'auto',
    ...which,
  };
}
