/** The dialog for what people say of a run: name, tags, note. */
import { TagsInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { MOST_TAGS, NOTE_LENGTH } from '../../../../engine/contract/run-about-limits.ts';
import { NAME_LENGTH, type RunSummary } from '../../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../../client/use-studio.ts';
import { RUN_LISTS } from '../../../state/live.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';

export function EditRun({
  run,
  onClose,
}: {
  readonly run: RunSummary;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState(run.name);
  const [tags, setTags] = useState<string[]>(run.tags ?? []);
  const [note, setNote] = useState(run.note ?? '');
  const edit = useStudioAction('runs.edit', [...RUN_LISTS, 'runs.get', 'models.list']);
  const known = useStudio('runs.table', { offset: 0, count: 1 });
  return (
    <FormDialog
      opened
      title="Edit the run"
      submit="Save"
      action={edit}
      disabled={name.trim() === ''}
      onSubmit={() => edit.mutate({ id: run.id, name, tags, note }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={name}
        maxLength={NAME_LENGTH}
        error={name.trim() === '' ? 'A name is not empty.' : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TagsInput
        label="Tags"
        description="Enter or a comma ends a tag."
        value={tags}
        data={known.data?.tags ?? []}
        maxTags={MOST_TAGS}
        onChange={(typed) =>
          setTags(
            typed
              .flatMap((tag) => tag.split(','))
              .map((tag) => tag.trim())
              .filter((tag) => tag !== ''),
          )
        }
      />
      <Textarea
        label="Note"
        value={note}
        maxLength={NOTE_LENGTH}
        autosize
        minRows={3}
        maxRows={10}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
