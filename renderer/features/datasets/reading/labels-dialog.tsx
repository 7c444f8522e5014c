/** The dialog to change how the masks or boxes of a data set are read. */
import { useState } from 'react';
import {
  DENSE_FORMATS,
  type DenseLabels,
  denseLabelsOf,
} from '../../../../engine/contract/dense-labels.ts';
import type { Dataset } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { DenseFields } from '../../../ui/dense-fields.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';

export function LabelsDialog(props: { readonly dataset: Dataset; readonly onClose: () => void }) {
  const { dataset, onClose } = props;
  const [labels, setLabels] = useState<DenseLabels>(dataset.dense ?? {});
  const read = useStudioAction('datasets.readLabels');
  const dense = denseLabelsOf(labels);
  return (
    <FormDialog
      opened
      title="How labels are read"
      submit="Scan again"
      size="lg"
      onSubmit={() =>
        read.mutate(
          { id: dataset.id, ...(dense === undefined ? {} : { dense }) },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
      action={read}
    >
      <DenseFields value={labels} onChange={setLabels} formats={DENSE_FORMATS} open />
    </FormDialog>
  );
}
