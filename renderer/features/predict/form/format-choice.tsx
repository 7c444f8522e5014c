/** The format of predictions of networks that say where things are. */
import { NativeSelect } from '@mantine/core';
import type { DensePredictionFormat } from '../../../../engine/contract/predictions-text.ts';
import { findsObjects, hasPixelClasses } from '../../../../engine/contract/tasks.ts';
import {
  type ChosenFormat,
  changePredictDraft,
  OBJECTS,
  SHOWN_FORMAT,
  usePredictDraft,
} from './draft.ts';

export const FORMAT_TITLES: Readonly<Record<DensePredictionFormat, string>> = {
  masks: 'Masks, shown here (PNG)',
  coco: 'COCO (JSON)',
  yolo: 'YOLO (text files)',
  labelme: 'LabelMe (JSON files)',
  csv: 'Table of shares (CSV)',
  json: 'Run lengths (JSON)',
  overlay: 'Overlays (JPEG)',
};

/** First where the task is not known. */
const UNKNOWN = [
  { value: '', label: 'Table of classes (CSV)' },
  { value: OBJECTS, label: 'Objects, shown here (JSON)' },
];

export function FormatChoice(props: {
  readonly task: string | undefined;
  /** Whether the task is still to be read. */
  readonly isReading: boolean;
}) {
  const { task, isReading } = props;
  const { model, format } = usePredictDraft();
  const forPixels = hasPixelClasses(task);
  // Objects are shown first, and saved in any format then.
  if (findsObjects(task)) return null;
  if (!forPixels && (task !== undefined || isReading || model.trim() === '')) return null;
  const formats = Object.entries(FORMAT_TITLES).map(([value, label]) => ({ value, label }));
  return (
    <NativeSelect
      label="Format"
      description={forPixels ? undefined : 'What suits the network: classes, objects or masks.'}
      data={forPixels ? formats : [...UNKNOWN, ...formats]}
      value={format ?? (forPixels ? SHOWN_FORMAT : '')}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        changePredictDraft({
          format: chosen === '' ? undefined : (chosen as ChosenFormat),
        });
      }}
      maw={360}
    />
  );
}
