/** The dialog to add images with masks, boxes or outlines. */
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import {
  DENSE_FORMATS,
  type DenseLabels,
  denseLabelsOf,
} from '../../../engine/contract/dense-labels.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { DenseFields } from '../../ui/dense-fields.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PathField } from '../../ui/path-field.tsx';

const LABELS = {
  title: 'Masks or boxes',
  extensions: ['json', 'xml', 'yaml', 'yml', 'csv'],
} as const;

export function AddDense(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const { opened, onClose } = props;
  const [, navigate] = useLocation();
  const [path, setPath] = useState('');
  const [labels, setLabels] = useState<DenseLabels>({});
  const add = useStudioAction('datasets.add');
  const submit = () => {
    const dense = denseLabelsOf(labels);
    // The empty page, and this dialog with it, is gone once the first data set is there.
    return add
      .mutateAsync({
        kind: 'dense',
        folders: [path.trim()],
        ...(dense === undefined ? {} : { dense }),
      })
      .then(
        ({ id }) => navigate(`/datasets/${id}`),
        () => undefined,
      );
  };
  return (
    <FormDialog
      opened={opened}
      title="Add masks or boxes"
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
        label="Folder, or file of labels"
        description="A folder with images and their masks or boxes, or a file such as COCO JSON."
        value={path}
        onChange={setPath}
        file={LABELS}
        required
      />
      <Text size="sm" c="dimmed">
        Masks are PNG files, as of ADE20K, Pascal VOC, Cityscapes and CamVid. Boxes and outlines are
        read from COCO, YOLO, Pascal VOC, LabelMe, CVAT and CSV.
      </Text>
      <DenseFields value={labels} onChange={setLabels} formats={DENSE_FORMATS} />
    </FormDialog>
  );
}
