/** Controls of the charts: smoothing, logarithmic scale, and the range of steps for the keyboard. */
import { ActionIcon, Button, Group, Slider, Switch, TextInput, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { termOf } from '../../../engine/contract/terms.ts';
import type { StepRange } from '../../ui/chart.tsx';
import { Explained } from '../../ui/explained.tsx';
import { countText } from '../../ui/format.ts';
import { MOST_SMOOTHING } from './curves-view.ts';
import classes from './runs.module.css';
import { panned, typedRange, zoomed } from './step-range.ts';

export interface ChartToolsProps {
  /** Percent of the shown range. */
  readonly smoothing: number;
  readonly logarithmic: boolean;
  readonly range: StepRange | undefined;
  /** The range of all steps. */
  readonly all: StepRange;
  readonly onSmoothing: (percent: number) => void;
  readonly onLogarithmic: (on: boolean) => void;
  readonly onRange: (range: StepRange | undefined) => void;
}

export function ChartTools(props: ChartToolsProps) {
  const { smoothing, logarithmic, range, all, onSmoothing, onLogarithmic, onRange } = props;
  const shown = range ?? all;
  return (
    <div className={classes['bar']!}>
      <Group gap="lg">
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
            onChangeEnd={onSmoothing}
          />
        </Group>
        <Switch
          label="Loss on a logarithmic scale"
          checked={logarithmic}
          onChange={(event) => onLogarithmic(event.currentTarget.checked)}
        />
      </Group>
      <Group gap={6} role="group" aria-label="Steps that are shown" align="flex-end">
        <RangeFields shown={shown} onRange={onRange} />
        <Act
          label="Earlier steps"
          disabled={range === undefined || range[0] <= all[0]}
          onClick={() => onRange(panned(shown, -1, all))}
        >
          <IconChevronLeft size={18} aria-hidden />
        </Act>
        <Act
          label="Later steps"
          disabled={range === undefined || range[1] >= all[1]}
          onClick={() => onRange(panned(shown, 1, all))}
        >
          <IconChevronRight size={18} aria-hidden />
        </Act>
        <Act
          label="Closer"
          disabled={shown[1] - shown[0] < 4}
          onClick={() => onRange(zoomed(shown, 0.5, all))}
        >
          <IconZoomIn size={18} aria-hidden />
        </Act>
        <Act
          label="Further away"
          disabled={range === undefined}
          onClick={() => onRange(zoomed(shown, 2, all))}
        >
          <IconZoomOut size={18} aria-hidden />
        </Act>
        <Button
          variant="default"
          size="xs"
          h={28}
          disabled={range === undefined}
          onClick={() => onRange(undefined)}
        >
          All steps
        </Button>
      </Group>
    </div>
  );
}

interface Typed {
  /** The shown range at the time of typing. */
  readonly range: StepRange;
  readonly texts: readonly [string, string];
}

function RangeFields(props: {
  readonly shown: StepRange;
  readonly onRange: (range: StepRange | undefined) => void;
}) {
  const { shown, onRange } = props;
  const [from, to] = shown;
  const [typed, setTyped] = useState<Typed | undefined>(undefined);
  // A new range replaces the typed text.
  const current = typed?.range[0] === from && typed.range[1] === to ? typed.texts : undefined;
  const texts = current ?? [countText(from), countText(to)];
  const take = () => {
    setTyped(undefined);
    const range = current === undefined ? undefined : typedRange(...current);
    if (range !== undefined) onRange(range);
  };
  const field = (i: 0 | 1, label: string) => (
    <TextInput
      size="xs"
      w={92}
      aria-label={label}
      value={texts[i]}
      inputMode="numeric"
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
      <span className={classes['small']!}>Steps</span>
      {field(0, 'From step')}
      <span className={classes['small']!}>to</span>
      {field(1, 'To step')}
    </Group>
  );
}

function Act(props: {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  const { label, disabled, onClick, children } = props;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
