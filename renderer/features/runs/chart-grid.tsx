/** A grid of the charts that have data. */
import { Card, SimpleGrid } from '@mantine/core';
import type { ChartKind } from './chart-kinds.ts';
import { RunChart, type RunChartProps } from './run-chart.tsx';

export function ChartGrid(props: {
  readonly kinds: readonly ChartKind[];
  readonly drawn: (kind: ChartKind) => RunChartProps;
  readonly onExpand: (kind: ChartKind) => void;
}) {
  const { kinds, drawn, onExpand } = props;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
      {kinds.map((kind) => (
        <Card key={kind.name} withBorder padding="sm" miw={0}>
          <RunChart {...drawn(kind)} onExpand={() => onExpand(kind)} />
        </Card>
      ))}
    </SimpleGrid>
  );
}
