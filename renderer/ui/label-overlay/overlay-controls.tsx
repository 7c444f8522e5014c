/** Whether labels are shown over pictures, and how much of the picture they cover. */
import { Slider, Switch } from '@mantine/core';
import classes from './label-overlay.module.css';
import type { OverlayView } from './label-overlay.tsx';

export function OverlayControls(props: {
  readonly view: OverlayView;
  readonly onChange: (view: OverlayView) => void;
  /** Whether there are areas, which opacity applies to. */
  readonly hasAreas: boolean;
}) {
  const { view, onChange, hasAreas } = props;
  return (
    <div className={classes['controls']!}>
      <Switch
        label="Labels"
        checked={view.isShown}
        onChange={(event) => onChange({ ...view, isShown: event.currentTarget.checked })}
      />
      {hasAreas ? (
        <Slider
          className={classes['slider']!}
          thumbLabel="Opacity of the labels"
          label={(percent) => `Opacity ${percent} %`}
          min={10}
          max={100}
          step={10}
          value={Math.round(view.opacity * 100)}
          disabled={!view.isShown}
          onChange={(percent) => onChange({ ...view, opacity: percent / 100 })}
        />
      ) : null}
    </div>
  );
}
