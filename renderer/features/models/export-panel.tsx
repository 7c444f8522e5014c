/** The form to export a network. */
import { Button, Group, Radio, SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import { useState } from 'react';
import type { Precision } from '../../../engine/contract/precision.ts';
import type { ModelSummary } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { desktop } from '../../client/studio.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { baseName } from '../../ui/base-name.ts';
import { ChoiceCard } from '../../ui/choice-card.tsx';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { ExcludedNote } from '../../ui/excluded-note.tsx';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { PrecisionSelect } from '../../ui/precision-select.tsx';
import { Section } from '../../ui/section.tsx';
import { withoutExcluded } from '../../ui/sets-of.ts';
import type { Which } from '../../ui/which-network.tsx';
import {
  defaultTarget,
  type ExportedFacts,
  exportRequest,
  FORMATS,
  type FormatEntry,
  formatsFor,
} from './formats.ts';
import { JobOutcome } from './job-outcome.tsx';

export function ExportPanel(props: {
  readonly reference: string;
  readonly model: ModelSummary | undefined;
  readonly which: Which;
  readonly detail: ExportedFacts;
  /** The export whose outcome is shown. */
  readonly shown: string | undefined;
  readonly onShow: (job: string | undefined) => void;
}) {
  const { reference, model, which, detail, shown, onShow } = props;
  const info = useStudio('app.info', {});
  const submit = useStudioAction('jobs.submit');
  const datasets = useLive((state) => state.datasets);
  const job = useLive((state) => state.jobs.find(({ id }) => id === shown));
  const formats = formatsFor(model, detail);
  const [format, setFormat] = useState(FORMATS[0]!.format);
  const [target, setTarget] = useState<string | undefined>(undefined);
  const [images, setImages] = useState('');
  const [precision, setPrecision] = useState<Precision>('float32');
  const entry = formats.find((found) => found.format === format) ?? formats[0]!;
  const name = model?.name ?? baseName(reference);
  const usual =
    info.data === undefined ? '' : defaultTarget(info.data.workspace, name, entry, which);
  const out = target ?? usual;
  const { exclude } = withoutExcluded(datasets, images.trim());
  const request = exportRequest({ entry, reference, which, out, images, precision, exclude });
  const busy = job?.state === 'running' || job?.state === 'waiting';
  const pick = () =>
    void desktop
      ?.pickSavePath({ title: 'Export to', defaultName: out })
      .then((path) => path !== undefined && setTarget(path))
      .catch(notifyError);
  return (
    <Section title="Export">
      <Radio.Group
        aria-label="Format"
        value={entry.format}
        onChange={(value) => {
          setFormat(value as typeof format);
          setTarget(undefined);
          submit.reset();
          onShow(undefined);
        }}
      >
        <FormatCards title="The network" formats={formats.filter((found) => !found.needsImages)} />
        <FormatCards
          title={termOf('embeddings')}
          formats={formats.filter((found) => found.needsImages)}
        />
      </Radio.Group>
      {entry.needsImages ? (
        <>
          <LabelledSelect
            label="Images to embed"
            description="Class folders inside become labels."
            value={images}
            onChange={setImages}
            any
          />
          <ExcludedNote folder={images.trim()} />
          <PrecisionSelect device="auto" value={precision} onChange={setPrecision} />
        </>
      ) : null}
      <Group align="flex-end">
        <TextInput
          label={entry.ending === undefined ? 'Folder to write' : 'File to write'}
          description="New, empty, or an earlier export, which is replaced."
          value={out}
          onChange={(event) => setTarget(event.currentTarget.value)}
          style={{ flex: '1 1 320px' }}
        />
        {desktop === undefined ? null : (
          <Button variant="default" onClick={pick}>
            Choose…
          </Button>
        )}
        <Button
          leftSection={<IconPackageExport size={18} aria-hidden />}
          disabled={request === undefined || busy || submit.unavailable}
          loading={submit.isPending}
          onClick={() =>
            request !== undefined && submit.mutate(request, { onSuccess: ({ id }) => onShow(id) })
          }
        >
          Export and check
        </Button>
      </Group>
      {entry.needsImages && images.trim() === '' ? (
        <Text size="sm" c="dimmed" role="status">
          Choose the images first.
        </Text>
      ) : null}
      <ErrorNotice error={submit.error} />
      {job === undefined ? null : <JobOutcome job={job} />}
      {request === undefined ? null : <CopyCommand request={request} />}
    </Section>
  );
}

function FormatCards(props: { readonly title: string; readonly formats: readonly FormatEntry[] }) {
  if (props.formats.length === 0) return null;
  return (
    <>
      <Title order={3} size="h6" mb="xs" mt="xs">
        {props.title}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 5 }} mb="sm">
        {props.formats.map(({ format, title, about }) => (
          <ChoiceCard key={format} value={format}>
            <Text fw={600} size="sm">
              {title}
            </Text>
            <Text size="sm" c="dimmed">
              {about}
            </Text>
          </ChoiceCard>
        ))}
      </SimpleGrid>
    </>
  );
}
