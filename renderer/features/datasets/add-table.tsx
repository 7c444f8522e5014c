/** The dialog to add a table of images and labels, with one label an image or several. */
import { Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useStudioAction } from '../../client/use-studio.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PathField } from '../../ui/path-field.tsx';

const TABLES = { title: 'A table of images and labels', extensions: ['csv', 'txt'] } as const;

export function AddTable(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const { opened, onClose } = props;
  const [, navigate] = useLocation();
  const [path, setPath] = useState('');
  const [labels, setLabels] = useState('one');
  const [separator, setSeparator] = useState('');
  const add = useStudioAction('datasets.add');
  const several = labels === 'several';
  const submit = () =>
    // The empty page, and this dialog with it, is gone once the first data set is there.
    add
      .mutateAsync({
        kind: 'labelled',
        folders: [path.trim()],
        ...(several ? { several } : {}),
        ...(several && separator !== '' ? { labelSeparator: separator } : {}),
      })
      .then(
        ({ id }) => navigate(`/datasets/${id}`),
        () => undefined,
      );
  return (
    <FormDialog
      opened={opened}
      title="Add a table of labels"
      submit="Add"
      size="lg"
      onSubmit={submit}
      onClose={() => {
        add.reset();
        onClose();
      }}
      action={add}
      disabled={path.trim() === ''}
    >
      <PathField
        label="Table"
        description="A CSV or text file with the columns path and label; relative paths begin at its folder."
        value={path}
        onChange={setPath}
        file={TABLES}
        required
      />
      <Radio.Group label="Labels of an image" value={labels} onChange={setLabels}>
        <Stack gap="xs" mt="xs">
          <Radio value="one" label="One class" description="In the column label." />
          <Radio
            value="several"
            label="Several labels, or none"
            description="In the column labels, or with a column for each class (1 or 0)."
          />
        </Stack>
      </Radio.Group>
      {several ? (
        <TextInput
          label="Label separator"
          description="Semicolons, bars and commas are found out."
          value={separator}
          maxLength={10}
          onChange={(event) => setSeparator(event.currentTarget.value)}
        />
      ) : null}
    </FormDialog>
  );
}
