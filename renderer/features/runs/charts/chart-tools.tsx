/** Controls of the charts: axis, smoothing, logarithmic scale, and the range for the keyboard. */
import { Button, Group, SegmentedControl, Slider, Switch, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useState } from 'react';
import type { XAxis } from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { type AxisRange, CHART_AXES, type ChartAxis } from '../../../ui/chart/chart-axis.ts';
import { Explained } from '../../../ui/explained.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { panned, typedRange, zoomed } from './axis-range.ts';
import classes from './charts.module.css';
import { type ChangeView, type CurvesView, MOST_SMOOTHING } from './curves-view.ts';

export interface ChartToolsProps {
  readonly view: CurvesView;
  readonly onView: ChangeView;
  /** The range of the whole axis. */
  readonly all: AxisRange;
}

const AXIS_CHOICES: { readonly value: XAxis; readonly label: string }[] = [
  { value: 'step', label: termOf('step') },
  { value: 'epoch', label: termOf('epoch') },
  { value: 'time', label: 'Time' },
];

export function ChartTools({ view, onView, all }: ChartToolsProps) {
  const { smoothing, logarithmic, range } = view;
  const axis = CHART_AXES[view.axis];
  const shown = range ?? all;
  const onRange = (changed: AxisRange | undefined) => onView({ range: changed });
  return (
    <div className={classes['bar']!}>
      <Group gap="lg">
        <Group gap="sm">
          <span className={classes['small']!}>X axis</span>
          <SegmentedControl
            size="xs"
            aria-label="X axis"
            value={view.axis}
            onChange={(name) => onView({ axis: name as XAxis, range: undefined })}
            data={AXIS_CHOICES}
          />
        </Group>
        <Group gap="sm">
          <Explained label={termOf('smoothing')} />
          <Slider
            w={140}
            min={0}
            max={MOST_SMOOTHING}
            step={0.5}
            label={(percent) => `${percent} %`}
            thumbLabel={termOf('smoothing')}
            defaultValue={smoothing}
            onChangeEnd={(percent) => onView({ smoothing: percent })}
          />
        </Group>
        <Switch
          label="Loss on a logarithmic scale"
          checked={logarithmic}
          onChange={(event) => onView({ logarithmic: event.currentTarget.checked })}
        />
      </Group>
      <Group gap={6} role="group" aria-label="Range that is shown" align="flex-end">
        <RangeFields axis={axis} shown={shown} onRange={onRange} />
        <IconButton
          label="Earlier"
          icon={IconChevronLeft}
          disabled={range === undefined || range[0] <= all[0]}
          onClick={() => onRange(panned(axis, shown, -1, all))}
        />
        <IconButton
          label="Later"
          icon={IconChevronRight}
          disabled={range === undefined || range[1] >= all[1]}
          onClick={() => onRange(panned(axis, shown, 1, all))}
        />
        <IconButton
          label="Closer"
          icon={IconZoomIn}
          disabled={shown[1] - shown[0] < 2 * axis.least}
          onClick={() => onRange(zoomed(axis, shown, 0.5, all))}
        />
        <IconButton
          label="Further away"
          icon={IconZoomOut}
          disabled={range === undefined}
          onClick={() => onRange(zoomed(axis, shown, 2, all))}
        />
        <Button
          variant="default"
          size="xs"
          h={28}
          disabled={range === undefined}
          onClick={() => onRange(undefined)}
        >
          Show all
        </Button>
      </Group>
    </div>
  );
}

interface Typed {
  /** The shown range at the time of typing. */
  readonly range: AxisRange;
  readonly texts: readonly [string, string];
}

function RangeFields(props: {
  readonly axis: ChartAxis;
  readonly shown: AxisRange;
  readonly onRange: (range: AxisRange | undefined) => void;
}) {
  const { axis, shown, onRange } = props;
  const [from, to] = shown;
  const [typed, setTyped] = useState<Typed | undefined>(undefined);
  // A new range replaces the typed text.
  const current = typed?.range[0] === from && typed.range[1] === to ? typed.texts : undefined;
  const texts = current ?? [axis.text(from), axis.text(to)];
  const take = () => {
    setTyped(undefined);
    const range = current === undefined ? undefined : typedRange(axis, ...current);
    if (range !== undefined) onRange(range);
  };
  const field = (i: 0 | 1, label: string) => (
    <TextInput
      size="xs"
      w={92}
      aria-label={label}
      value={texts[i]}
      inputMode={axis.name === 'time' ? 'text' : 'decimal'}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped({ range: shown, texts: i === 0 ? [text, texts[1]] : [texts[0], text] });
      }}
      onKeyDown={(event) => event.key === 'Enter' && take()}
    />
  );
  return (
    <Group
      gap={6}
      wrap="nowrap"
      onBlur={({ currentTarget, relatedTarget }) => currentTarget.contains(relatedTarget) || take()}
    >
      <span className={classes['small']!}>{axis.values}</span>
      {field(0, `From ${axis.name}`)}
      <span className={classes['small']!}>to</span>
      {field(1, `To ${axis.name}`)}
    </Group>
  );
}
