/** The format of predictions of networks that say where things are. */
import { NativeSelect } from '@mantine/core';
import type { DensePredictionFormat } from '../../../engine/contract/predictions-text.ts';
import { hasPixelClasses } from '../../../engine/contract/tasks.ts';
import { changePredictDraft, SHOWN_FORMAT, usePredictDraft } from './draft.ts';

export const FORMAT_TITLES: Readonly<Record<DensePredictionFormat, string>> = {
  masks: 'Masks, shown here (PNG)',
  coco: 'COCO (JSON)',
  yolo: 'YOLO (text files)',
  labelme: 'LabelMe (JSON files)',
  csv: 'Table of shares (CSV)',
  json: 'Run lengths (JSON)',
  overlay: 'Overlays (JPEG)',
};

/** @param known whether the network is one of the workspace, so that its task is known */
export function FormatChoice(props: {
  readonly task: string | undefined;
  readonly known: boolean;
}) {
  const { task, known } = props;
  const { model, format } = usePredictDraft();
  const forPixels = hasPixelClasses(task);
  if (!forPixels && (known || model.trim() === '')) return null;
  const formats = Object.entries(FORMAT_TITLES).map(([value, label]) => ({ value, label }));
  return (
    <NativeSelect
      label="Format"
      description={forPixels ? undefined : 'Other formats than a table are for segmenters.'}
      data={forPixels ? formats : [{ value: '', label: 'Table of classes (CSV)' }, ...formats]}
      value={format ?? (forPixels ? SHOWN_FORMAT : '')}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        changePredictDraft({
          format: chosen === '' ? undefined : (chosen as DensePredictionFormat),
        });
      }}
      maw={360}
    />
  );
}
