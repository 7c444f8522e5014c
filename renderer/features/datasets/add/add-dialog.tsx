/** The dialog to add a data set of one folder or file, with fields for its kind of labels. */
import { type ComponentProps, type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import type { InputOf } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { PathField } from '../../../ui/path-field.tsx';

export function AddDialog(props: {
  readonly opened: boolean;
  readonly title: string;
  readonly field: Pick<ComponentProps<typeof PathField>, 'label' | 'description' | 'file'>;
  /** The data set without its folder. */
  readonly labelled: Omit<InputOf<'datasets.add'>, 'folders'>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { opened, title, field, labelled, onClose, children } = props;
  const [, navigate] = useLocation();
  const [path, setPath] = useState('');
  const add = useStudioAction('datasets.add');
  const submit = () =>
    // The empty page, and this dialog with it, is gone once the first data set is there.
    add.mutateAsync({ ...labelled, folders: [path.trim()] }).then(
      ({ id }) => navigate(`/datasets/${id}`),
      () => undefined,
    );
  return (
    <FormDialog
      opened={opened}
      title={title}
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
      <PathField {...field} value={path} onChange={setPath} required />
      {children}
    </FormDialog>
  );
}
