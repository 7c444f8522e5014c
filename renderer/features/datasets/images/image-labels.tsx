/** The dense labels of an image of a data set, over its picture. */
import { Text } from '@mantine/core';
import { toStudioError } from '../../../../engine/contract/errors.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { LabelOverlay, type OverlayView } from '../../../ui/label-overlay/label-overlay.tsx';
import classes from './image-labels.module.css';

export function ImageOverlay(props: {
  readonly id: string;
  /** Position in the data set. */
  readonly index: number;
  /** Width and height up to which areas are drawn. */
  readonly side: number;
  readonly view: OverlayView;
  readonly hasNames?: boolean;
}) {
  const { id, index, side, view, hasNames = false } = props;
  // Labels of the image before are not shown over another one.
  const { data, error, isPlaceholderData } = useStudio(
    'datasets.labels',
    { id, index, side },
    { enabled: view.isShown },
  );
  // Tiles are too small for a reason.
  if (error !== null && hasNames && view.isShown)
    return (
      <Text className={classes['noLabels']!} size="sm" role="alert">
        {toStudioError(error).message}
      </Text>
    );
  if (data === undefined || isPlaceholderData) return null;
  return <LabelOverlay labels={data} view={view} hasNames={hasNames} />;
}
