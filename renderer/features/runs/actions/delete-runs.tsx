/** The dialog that deletes runs, with how many they are and what they take on the disk. */
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useStudio, useStudioAction } from '../../../client/use-studio.ts';
import { RUN_LISTS } from '../../../state/live.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { bytesText, countOf } from '../../../ui/format.ts';

export function DeleteRuns(props: {
  /** At least one. */
  readonly ids: readonly string[];
  /** The name of a single run. */
  readonly name?: string | undefined;
  /** Called with the runs that are gone, also where others could not be deleted. */
  readonly onDeleted: (gone: readonly string[]) => void;
  readonly onClose: () => void;
}) {
  const { ids, name, onDeleted, onClose } = props;
  const size = useStudio('runs.size', { ids: [...ids] });
  const remove = useStudioAction('runs.delete', [...RUN_LISTS, 'models.list']);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const deleteAll = async () => {
    setBusy(true);
    setError(undefined);
    const gone: string[] = [];
    let refused: unknown;
    for (const id of ids)
      await remove.mutateAsync({ id }).then(
        () => gone.push(id),
        (reason: unknown) => {
          refused ??= reason;
        },
      );
    setBusy(false);
    setError(refused);
    onDeleted(gone);
    if (refused === undefined) onClose();
  };
  const what = countOf(ids.length, 'run');
  const bytes = size.data === undefined ? '' : `, ${bytesText(size.data.bytes)} on the disk`;
  return (
    <FormDialog
      opened
      title={name === undefined ? `Delete ${what}?` : `Delete “${name}”?`}
      submit={name === undefined ? `Delete ${what}` : 'Delete'}
      onSubmit={() => void deleteAll()}
      onClose={onClose}
      action={{ ...remove, isPending: busy, error: error ?? size.error }}
      destructive
    >
      <Text>
        Deletes {what}
        {bytes}, with all checkpoints and curves, for good. Exports in other folders are kept.
      </Text>
    </FormDialog>
  );
}
