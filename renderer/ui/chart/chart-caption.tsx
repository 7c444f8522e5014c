/** The sentence below a chart that describes its curves as they are drawn. */
import { Text } from '@mantine/core';
import { type Ref, useImperativeHandle, useState } from 'react';
import type { ChartAxis } from './chart-axis.ts';
import { type Curve, curvesSummary } from './chart-data.ts';

export interface CaptionHandle {
  /** Describe new data of the curves, without rendering the chart. */
  show(curves: readonly Curve[]): void;
}

export function ChartCaption(props: {
  readonly text: (value: number) => string;
  readonly axis: ChartAxis;
  readonly ref: Ref<CaptionHandle>;
}) {
  const [curves, setCurves] = useState<readonly Curve[]>([]);
  useImperativeHandle(props.ref, () => ({ show: setCurves }), []);
  return (
    <Text component="figcaption" size="xs" c="dimmed">
      {curvesSummary(curves, props.text, props.axis)}
    </Text>
  );
}
