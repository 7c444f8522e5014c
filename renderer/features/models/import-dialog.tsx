/** Bringing in weights of other programs. */
import { Alert, Button, Group, Modal, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../client/use-studio.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WEIGHTS } from '../../ui/model-select.tsx';
import { PathField } from '../../ui/path-field.tsx';

export function ImportDialog(props: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Import weights" size="lg">
      {props.opened ? <ImportForm onDone={props.onClose} /> : null}
    </Modal>
  );
}

function ImportForm({ onDone }: { readonly onDone: () => void }) {
  const info = useStudio('app.info', {});
  const submit = useStudioAction('jobs.submit');
  const [file, setFile] = useState('');
  const [name, setName] = useState<string | undefined>(undefined);
  const [more, setMore] = useState({ heads: '', imageSize: '', mean: '', std: '' });
  const shown = name ?? nameOf(file);
  const separator = info.data?.workspace.includes('\\') ? '\\' : '/';
  const request: RequestOf<'import'> = {
    kind: 'import',
    file: file.trim(),
    out: [info.data?.workspace ?? '', 'models', shown].join(separator),
    ...(more.heads === '' ? {} : { heads: Number(more.heads) }),
    ...(more.imageSize === '' ? {} : { imageSize: more.imageSize }),
    ...(more.mean === '' ? {} : { mean: more.mean }),
    ...(more.std === '' ? {} : { std: more.std }),
  };
  const badName = !/^[\w][\w .-]*$/.test(shown);
  const badHeads = more.heads !== '' && !/^[1-9]\d*$/.test(more.heads);
  const ready = file.trim() !== '' && !badName && !badHeads && info.data !== undefined;
  const field = (key: keyof typeof more, label: string, hint: string) => (
    <TextInput
      label={label}
      placeholder={hint}
      value={more[key]}
      onChange={(event) => setMore({ ...more, [key]: event.currentTarget.value })}
    />
  );
  return (
    <Stack>
      <Alert color="gray" variant="light">
        ConMIM and BEiT checkpoints (.pth, .pt, .bin), safetensors files, and folders of timm and
        transformers are understood. Nothing in a file is ever executed.
      </Alert>
      <PathField label="File or folder" value={file} onChange={setFile} file={WEIGHTS} required />
      <TextInput
        label="Name"
        description="Under which it is kept in the workspace."
        value={shown}
        error={
          file.trim() !== '' && badName ? 'Letters, digits, dots and dashes, please.' : undefined
        }
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <details>
        <summary>What the file does not tell</summary>
        <SimpleGrid cols={2} mt="xs">
          {field('mean', 'Colour mean', 'imagenet, half, or R,G,B')}
          {field('std', 'Colour standard deviation', 'imagenet, half, or R,G,B')}
          {field('heads', 'Attention heads', 'for example 12')}
          {field('imageSize', 'Image size in pixels', 'for example 224')}
        </SimpleGrid>
      </details>
      {submit.error === null ? null : <ErrorNotice error={submit.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          disabled={!ready}
          loading={submit.isPending}
          onClick={() => submit.mutate(request, { onSuccess: onDone })}
        >
          Import and check
        </Button>
      </Group>
      {ready ? <CopyCommand request={request} /> : null}
    </Stack>
  );
}

function nameOf(file: string): string {
  const base = file.trim().split(/[\\/]/).at(-1) ?? '';
  return base.replace(/\.(pth|pt|bin|safetensors)$/i, '').replaceAll(/[^\w.-]+/g, '-');
}
