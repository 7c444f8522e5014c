/**
 * A line chart that redraws without React: the canvas is kept, only its data change.
 *
 * Drag across it to look closer; double-click to see all again.
 */
import { ActionIcon, Box, Group, Menu, Text, Title, useComputedColorScheme } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useId, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import classes from './chart.module.css';
import { type Curve, curveSummary, curvesCsv } from './chart-data.ts';
import { download } from './download.ts';

const HEIGHT = 220;
/** Pairs for light and dark, told apart by dashes as well. */
const COLOURS = [
  ['#087f5b', '#38d9a9'],
  ['#1864ab', '#74c0fc'],
  ['#a61e4d', '#faa2c1'],
  ['#5f3dc4', '#b197fc'],
  ['#8a5a00', '#ffd43b'],
  ['#495057', '#ced4da'],
] as const;
const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 5], [1, 5]];

export interface ChartProps {
  readonly title: string;
  readonly curves: readonly Curve[];
  readonly text: (value: number) => string;
  readonly logarithmic?: boolean;
  /** The range that is shown, when it is not all. */
  readonly range?: readonly [number, number] | undefined;
  readonly onZoom?: (range: readonly [number, number] | undefined) => void;
  /** Name of files that are saved. */
  readonly fileName: string;
}

export function Chart(props: ChartProps) {
  const { title, curves, text, logarithmic = false, range, onZoom, fileName } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const dark = useComputedColorScheme('light') === 'dark';
  const summaryId = useId();
  const shape = JSON.stringify([
    curves.map(({ label, points, reference }) => [label, points, reference]),
    dark,
    logarithmic,
  ]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for what the frame depends on
  useEffect(() => {
    const element = host.current!;
    const made = new uPlot(
      options({ curves, dark, logarithmic, text, width: element.clientWidth, zoom }),
      aligned(curves),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    const made = plot.current;
    if (made === undefined) return;
    made.setData(aligned(curves), false);
    const last = Math.max(1, ...curves.map(({ steps }) => steps.at(-1) ?? 1));
    const first = Math.min(last, ...curves.map(({ steps }) => steps[0] ?? last));
    made.setScale('x', { min: range?.[0] ?? first, max: range?.[1] ?? Math.max(last, first + 1) });
  }, [curves, range]);

  const saveImage = () => {
    const canvas = plot.current?.root.querySelector('canvas');
    if (canvas === null || canvas === undefined) return;
    imageOf(canvas, title, dark).toBlob(
      (blob) => blob !== null && download(`${fileName}.png`, blob),
    );
  };
  return (
    <Box component="figure" m={0} aria-describedby={summaryId}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={3} size="h5">
          {title}
        </Title>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" aria-label={`Save the chart ${title}`}>
              <IconDownload size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={saveImage}>Picture (PNG)</Menu.Item>
            <Menu.Item
              onClick={() =>
                download(`${fileName}.csv`, new Blob([curvesCsv(curves)], { type: 'text/csv' }))
              }
            >
              Numbers (CSV)
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <div ref={host} className={classes['chart']!} aria-hidden />
      <Text component="figcaption" id={summaryId} size="xs" c="dimmed">
        {curves
          .filter(({ reference }) => !reference)
          .map((curve) => curveSummary(curve, text))
          .join(' ')}
      </Text>
    </Box>
  );
}

function aligned(curves: readonly Curve[]): uPlot.AlignedData {
  if (curves.length === 0) return [[]];
  return uPlot.join(
    curves.map(({ steps, values }) => [[...steps], [...values]] as uPlot.AlignedData),
    // Gaps between the points of one curve are no gaps of it.
    curves.map(() => [2, 2]),
  );
}

function options(made: {
  curves: readonly Curve[];
  dark: boolean;
  logarithmic: boolean;
  text: (value: number) => string;
  width: number;
  zoom: { current: ChartProps['onZoom'] };
}): uPlot.Options {
  const { curves, dark, logarithmic, text, width, zoom } = made;
  const ink = dark ? '#c9cdd2' : '#343a40';
  const grid = { stroke: dark ? '#3b3f45' : '#e9ecef', width: 1 };
  return {
    width,
    height: HEIGHT,
    cursor: {
      sync: { key: 'run' },
      drag: { x: true, y: false, setScale: false },
    },
    scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : {} },
    axes: [
      { stroke: ink, grid, ticks: grid, space: 80 },
      {
        stroke: ink,
        grid,
        ticks: grid,
        size: 64,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : text(tick))),
      },
    ],
    series: [
      { label: 'Step' },
      ...curves.map(({ label, points, reference }, i): uPlot.Series => {
        const stroke = reference ? ink : COLOURS[i % COLOURS.length]![dark ? 1 : 0];
        return {
          label,
          stroke,
          width: points ? 0 : 1.5,
          dash: reference ? [4, 4] : [...DASHES[i % DASHES.length]!],
          points: { show: points === true, size: 7, fill: stroke },
          spanGaps: true,
          value: (_, value) => (value === null || value === undefined ? '–' : text(value)),
        };
      }),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: chosen } = plot.select;
          if (chosen < 8) return;
          const from = Math.max(0, Math.floor(plot.posToVal(left, 'x')));
          const to = Math.ceil(plot.posToVal(left + chosen, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          zoom.current?.([from, to]);
        },
      ],
      ready: [(plot) => plot.over.addEventListener('dblclick', () => zoom.current?.(undefined))],
    },
  };
}

/** The chart on a ground of its own, with its title: a transparent picture is hard to paste. */
function imageOf(canvas: HTMLCanvasElement, title: string, dark: boolean): HTMLCanvasElement {
  const scale = window.devicePixelRatio;
  const head = Math.round(28 * scale);
  const image = document.createElement('canvas');
  image.width = canvas.width;
  image.height = canvas.height + head;
  const context = image.getContext('2d')!;
  context.fillStyle = dark ? '#1f2125' : '#ffffff';
  context.fillRect(0, 0, image.width, image.height);
  context.fillStyle = dark ? '#e9ecef' : '#212529';
  context.font = `${Math.round(15 * scale)}px system-ui, sans-serif`;
  context.fillText(title, Math.round(12 * scale), Math.round(20 * scale));
  context.drawImage(canvas, 0, head);
  return image;
}
