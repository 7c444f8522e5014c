/** The dialog that saves the text of a recipe file as a preset, and asks before it replaces one. */
import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { isStudioError } from '../../../engine/contract/errors.ts';
import type { RecipeKind } from '../../../engine/contract/tasks.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { FormDialog } from '../form-dialog.tsx';

const NAME_LENGTH = 60;

export function SavePreset(props: {
  readonly kind: RecipeKind;
  readonly title: string;
  readonly submit: string;
  readonly name: string;
  readonly text: string;
  readonly onSaved: (name: string) => void;
  readonly onClose: () => void;
}) {
  const { kind, title, submit, text, onSaved, onClose } = props;
  const [name, setName] = useState(props.name);
  const save = useStudioAction('presets.save', ['presets.list']);
  const { error } = save;
  const taken = isStudioError(error, 'preset-exists') ? error.details.name : undefined;
  return (
    <FormDialog
      opened
      title={title}
      submit={taken === undefined ? submit : `Replace “${taken}”`}
      action={taken === undefined ? save : { ...save, error: undefined }}
      disabled={name.trim() === ''}
      onSubmit={() =>
        save.mutate(
          { kind, name, text, replace: taken !== undefined },
          {
            onSuccess(saved) {
              onSaved(saved.name);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      <TextInput
        label="Name of the preset"
        placeholder="for example chest X-rays 96 px"
        value={name}
        maxLength={NAME_LENGTH}
        onChange={(event) => {
          setName(event.currentTarget.value);
          save.reset();
        }}
      />
      {taken === undefined ? null : (
        <Text size="sm" role="alert">
          There is a preset “{taken}” already. Its settings are lost when it is replaced.
        </Text>
      )}
    </FormDialog>
  );
}
