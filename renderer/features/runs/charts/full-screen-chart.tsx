/** One chart on the full screen, with the tools of all charts. Escape closes it. */
import { Modal, Stack } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { ChartKind } from '../curves/chart-kinds.ts';
import { RunChart, type RunChartProps } from './run-chart.tsx';

/**
 * Height of what is above and below the plot (header, tools, title, legend, caption) in windows of at least a
 * width, pixels.
 */
const AROUND = [
  { width: 1200, height: 250 },
  { width: 768, height: 290 },
  { width: 0, height: 460 },
] as const;
const LEAST = 200;

export function FullScreenChart(props: {
  /** Undefined when no chart is on the full screen. */
  readonly kind: ChartKind | undefined;
  readonly tools: ReactNode;
  readonly drawn: (kind: ChartKind) => RunChartProps;
  readonly onClose: () => void;
}) {
  const { kind, tools, drawn, onClose } = props;
  const { width, height } = useViewportSize();
  const around = AROUND.find((one) => width >= one.width)!.height;
  return (
    <Modal opened={kind !== undefined} onClose={onClose} fullScreen title="Curves">
      {kind === undefined ? null : (
        <Stack>
          {tools}
          <RunChart {...drawn(kind)} height={Math.max(LEAST, height - around)} />
        </Stack>
      )}
    </Modal>
  );
}
