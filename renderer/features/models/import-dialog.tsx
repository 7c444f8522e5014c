/** The dialog to import weights of other programs. */
import {
  Alert,
  Autocomplete,
  Button,
  Group,
  Modal,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { NAME_LENGTH } from '../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { focusFirstField } from '../../ui/form-dialog.tsx';
import { WEIGHTS } from '../../ui/model-select.tsx';
import { PathField } from '../../ui/path-field.tsx';
import {
  EMPTY_IMPORT,
  type ImportFields,
  importHint,
  importProblems,
  importRequest,
  nameOf,
  networkNames,
} from './import-fields.ts';
import { JobOutcome } from './job-outcome.tsx';

export function ImportDialog(props: {
  readonly opened: boolean;
  /** File or folder that another page has requested. */
  readonly file?: string | undefined;
  readonly onClose: () => void;
}) {
  const { file = '' } = props;
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Import weights" size="lg">
      {props.opened ? <ImportForm key={file} file={file} onClose={props.onClose} /> : null}
    </Modal>
  );
}

function ImportForm({ file, onClose }: { readonly file: string; readonly onClose: () => void }) {
  const info = useStudio('app.info', {});
  const submit = useStudioAction('jobs.submit');
  const job = useLive((state) => state.jobs.find(({ id }) => id === submit.data?.id));
  const [fields, setFields] = useState<ImportFields>({ ...EMPTY_IMPORT, file });
  const change = (part: Partial<ImportFields>) => setFields({ ...fields, ...part });
  const problems = importProblems(fields);
  const ready =
    info.data !== undefined && fields.file.trim() !== '' && Object.keys(problems).length === 0;
  const request = ready ? importRequest(fields, info.data.workspace) : undefined;
  const busy = job?.state === 'running' || job?.state === 'waiting';
  const hint = importHint(job?.error?.code);
  return (
    <Stack
      component="form"
      ref={focusFirstField}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (request !== undefined && !busy && !submit.isPending) submit.mutate(request);
      }}
    >
      <Alert color="gray">
        ConMIM and BEiT checkpoints (.pth, .pt, .bin), safetensors files, and vision transformers of
        timm, transformers and torchvision are understood. They are read as data: nothing in them is
        ever executed.
      </Alert>
      <PathField
        label="File or folder"
        value={fields.file}
        onChange={(chosen) => change({ file: chosen })}
        file={WEIGHTS}
        error={problems.file}
        required
      />
      <TextInput
        label="Name"
        maxLength={NAME_LENGTH}
        description="Under which it is kept in the workspace."
        value={fields.name ?? nameOf(fields.file)}
        error={fields.file.trim() === '' ? undefined : problems.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <MissingProperties
        key={String(hint !== undefined)}
        fields={fields}
        problems={problems}
        change={change}
        networks={networkNames(job?.error)}
        opened={hint !== undefined}
      />
      <ErrorNotice error={submit.error} />
      {job === undefined ? null : hint === undefined ? (
        <JobOutcome job={job} />
      ) : (
        <ErrorNotice error={{ ...job.error, advice: hint }} />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          variant={job?.state === 'done' ? 'default' : 'filled'}
          disabled={request === undefined || busy || submit.unavailable}
          loading={submit.isPending || busy}
          type="submit"
        >
          Import and check
        </Button>
      </Group>
      {request === undefined ? null : <CopyCommand request={request} />}
    </Stack>
  );
}

/** Fields for properties that some files do not contain. */
function MissingProperties(props: {
  readonly fields: ImportFields;
  readonly problems: ReturnType<typeof importProblems>;
  readonly change: (part: Partial<ImportFields>) => void;
  readonly networks: readonly string[];
  readonly opened: boolean;
}) {
  const { fields, problems, change, networks, opened } = props;
  const field = (
    key: 'heads' | 'imageSize' | 'mean' | 'std' | 'valueRange',
    label: string,
    hint: string,
  ) => (
    <TextInput
      label={label}
      placeholder={hint}
      value={fields[key]}
      error={problems[key]}
      onChange={(event) => change({ [key]: event.currentTarget.value })}
    />
  );
  return (
    <details open={opened}>
      <summary>Properties that the file does not contain</summary>
      <SimpleGrid cols={2} mt="xs">
        {field('mean', 'Channel mean', 'imagenet, half, or numbers')}
        {field('std', 'Channel standard deviation', 'imagenet, half, or numbers')}
        {field('valueRange', 'Value range', 'type, metadata, metadata:2, or LOW,HIGH')}
        {field('heads', 'Attention heads', 'for example 12')}
        {field('imageSize', 'Image size in pixels', '224, or height,width')}
        <Autocomplete
          label="Network, of a file with several"
          placeholder="averaged weights are preferred"
          data={[...networks]}
          value={fields.network}
          onChange={(network) => change({ network })}
        />
      </SimpleGrid>
    </details>
  );
}
