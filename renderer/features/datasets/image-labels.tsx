/** The dense labels of an image of a data set, over its picture. */
import { useStudio } from '../../client/use-studio.ts';
import { LabelOverlay, type OverlayView } from '../../ui/label-overlay/label-overlay.tsx';

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
  const { data, isPlaceholderData } = useStudio(
    'datasets.labels',
    { id, index, side },
    { enabled: view.isShown },
  );
  if (data === undefined || isPlaceholderData) return null;
  return <LabelOverlay labels={data} view={view} hasNames={hasNames} />;
}
