/** The dialog to add a table of images and labels, with one label an image or several. */
import { Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { AddDialog } from './add-dialog.tsx';

const FIELD = {
  label: 'Table',
  description:
    'A CSV or text file with the columns path and label; relative paths begin at its folder.',
  file: { title: 'A table of images and labels', extensions: ['csv', 'txt'] },
};

export function AddTable(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const [labels, setLabels] = useState('one');
  const [separator, setSeparator] = useState('');
  const several = labels === 'several';
  return (
    <AddDialog
      {...props}
      title="Add a table of labels"
      field={FIELD}
      labelled={{
        kind: 'labelled',
        ...(several ? { several } : {}),
        ...(several && separator !== '' ? { labelSeparator: separator } : {}),
      }}
    >
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
    </AddDialog>
  );
}
