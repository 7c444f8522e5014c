/** The dialog to add images with masks, boxes or outlines. */
import { Text } from '@mantine/core';
import { useState } from 'react';
import {
  DENSE_FORMATS,
  type DenseLabels,
  denseLabelsOf,
} from '../../../../engine/contract/dense-labels.ts';
import { DenseFields } from '../../../ui/dense-fields.tsx';
import { AddDialog } from './add-dialog.tsx';

const FIELD = {
  label: 'Folder, or file of labels',
  description: 'A folder with images and their masks or boxes, or a file such as COCO JSON.',
  file: { title: 'Masks or boxes', extensions: ['json', 'xml', 'yaml', 'yml', 'csv'] },
};

export function AddDense(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const [labels, setLabels] = useState<DenseLabels>({});
  const dense = denseLabelsOf(labels);
  return (
    <AddDialog
      {...props}
      title="Add masks or boxes"
      field={FIELD}
      labelled={{ kind: 'dense', ...(dense === undefined ? {} : { dense }) }}
    >
      <Text size="sm" c="dimmed">
        Masks are PNG files, as of ADE20K, Pascal VOC, Cityscapes and CamVid. Boxes and outlines are
        read from COCO, YOLO, Pascal VOC, LabelMe, CVAT and CSV.
      </Text>
      <DenseFields value={labels} onChange={setLabels} formats={DENSE_FORMATS} />
    </AddDialog>
  );
}
