/** The dialogs that rename and delete an own preset. */
import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RecipeKind } from '../../../engine/contract/tasks.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { FormDialog } from '../form-dialog.tsx';

interface EditPresetProps {
  readonly kind: RecipeKind;
  readonly name: string;
  readonly onClose: () => void;
}

export function RenamePreset(
  props: EditPresetProps & { readonly onRenamed: (name: string) => void },
) {
  const { kind, name, onRenamed, onClose } = props;
  const [to, setTo] = useState(name);
  const rename = useStudioAction('presets.rename', ['presets.list']);
  return (
    <FormDialog
      opened
      title="Rename the preset"
      submit="Rename"
      action={rename}
      disabled={to.trim() === ''}
      onSubmit={() =>
        rename.mutate(
          { kind, name, to },
          {
            onSuccess(renamed) {
              onRenamed(renamed.name);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      <TextInput
        label="Name of the preset"
        value={to}
        onChange={(event) => {
          setTo(event.currentTarget.value);
          rename.reset();
        }}
      />
    </FormDialog>
  );
}

export function DeletePreset(props: EditPresetProps & { readonly onDeleted: () => void }) {
  const { kind, name, onDeleted, onClose } = props;
  const remove = useStudioAction('presets.delete', ['presets.list']);
  return (
    <FormDialog
      opened
      title={`Delete the preset “${name}”?`}
      submit="Delete"
      action={remove}
      onSubmit={() =>
        remove.mutate(
          { kind, name },
          {
            onSuccess() {
              onDeleted();
              onClose();
            },
          },
        )
      }
      onClose={onClose}
      destructive
    >
      <Text>Runs and queued jobs keep the settings that they were started with.</Text>
    </FormDialog>
  );
}
