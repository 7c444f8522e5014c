/**
 * A line chart that redraws without React: the canvas is kept and only its data are replaced.
 *
 * Drag across it to zoom, double-click to show everything. ChartTools offers the same for the keyboard, and
 * the sentence below describes the curves.
 */
import {
  ActionIcon,
  Box,
  Group,
  Menu,
  Title,
  Tooltip,
  useComputedColorScheme,
} from '@mantine/core';
import { IconDownload, IconMaximize } from '@tabler/icons-react';
import { type Ref, useEffect, useId, useImperativeHandle, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { drawQueue } from '../draw-queue.ts';
import { notifyError } from '../error-notice.tsx';
import { Explained } from '../explained.tsx';
import { saveMade } from '../save-made.ts';
import classes from './chart.module.css';
import type { AxisRange, ChartAxis } from './chart-axis.ts';
import { type CaptionHandle, ChartCaption } from './chart-caption.tsx';
import type { Curve } from './chart-data.ts';
import { measuredAt } from './chart-hover.ts';
import { legendLabel } from './chart-legend.ts';
import { alignCurves, isBand, type LookOptions, lookOf, strokeOf } from './chart-options.ts';
import { chartPicture } from './chart-picture.ts';

const HEIGHT = 240;
/** A shorter drag counts as a click, pixels. */
const LEAST_DRAG = 8;

export interface ChartHandle {
  /** Redraw with new data of the same curves, without React. */
  draw(curves: readonly Curve[]): void;
}

export interface ChartProps extends Pick<LookOptions, 'curves' | 'axis' | 'text' | 'tickText'> {
  readonly title: string;
  readonly logarithmic?: boolean;
  /** The visible range of the axis; undefined shows all of it. */
  readonly range?: AxisRange | undefined;
  readonly onZoom?: (range: AxisRange | undefined) => void;
  /** Charts with the same value share the cursor. */
  readonly together?: string;
  /** Name of saved files. */
  readonly fileName: string;
  /** All measured values as CSV. */
  readonly csv: () => Promise<string> | string;
  /** Height of the plot, pixels. */
  readonly height?: number;
  /** Shows the chart on the full screen; without it there is no button for that. */
  readonly onExpand?: (() => void) | undefined;
  readonly ref?: Ref<ChartHandle>;
}

export function Chart(props: ChartProps) {
  const {
    title,
    curves,
    axis,
    text,
    tickText,
    logarithmic = false,
    range,
    onZoom,
    fileName,
    csv,
    height = HEIGHT,
    onExpand,
  } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const caption = useRef<CaptionHandle>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const dark = useComputedColorScheme('light') === 'dark';
  const summaryId = useId();
  const shape = JSON.stringify([
    curves.map(({ label, look, colour }) => [label, look, colour]),
    dark,
    logarithmic,
    title,
    axis.name,
  ]);

  const draw = (shown: readonly Curve[]) => {
    caption.current?.show(shown);
    drawQueue.ask(plot, () => {
      const made = plot.current;
      if (made === undefined || made.series.length !== shown.length + 1) return;
      made.batch(() => {
        made.setData(alignCurves(shown, logarithmic, uPlot.join), false);
        made.setScale('x', spanOf(shown, range));
      });
    });
  };
  useImperativeHandle(props.ref, () => ({ draw }));

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for what the frame depends on
  useEffect(() => {
    const element = host.current!;
    const width = element.clientWidth;
    const shown = { title, curves, axis, dark, logarithmic, text, tickText };
    const look = lookOf({ ...shown, width, height });
    const made = new uPlot(
      {
        ...look,
        series: look.series.map((series, i) =>
          i === 0
            ? series
            : {
                ...series,
                label: legendLabel(curves[i - 1]!, strokeOf(curves[i - 1]!, i - 1, dark)),
              },
        ),
        ...interaction(zoom, axis, props.together ?? title),
      },
      // The chart is empty at first; the draw queue draws its data.
      alignCurves(
        curves.map(() => ({ label: '', x: [], values: [] })),
        logarithmic,
        uPlot.join,
      ),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== made.width)
        made.setSize({ width: element.clientWidth, height: made.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawQueue.forget(plot);
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new frame needs its data as well
  useEffect(() => draw(curves), [curves, range, shape]);
  useEffect(() => {
    const made = plot.current;
    if (made !== undefined && made.height !== height) made.setSize({ width: made.width, height });
  }, [height]);

  const savePicture = () =>
    void chartPicture(title, { curves, axis, logarithmic, text, tickText, range })
      .then((blob) => saveMade(`${fileName}.png`, blob))
      .catch(notifyError);
  const saveNumbers = () =>
    void Promise.resolve()
      .then(csv)
      .then((table) => saveMade(`${fileName}.csv`, new Blob([table], { type: 'text/csv' })))
      .catch(notifyError);
  return (
    <Box component="figure" m={0} aria-labelledby={`${summaryId}-title`}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={3} size="h5" id={`${summaryId}-title`}>
          <Explained label={title} />
        </Title>
        <Group gap={4} wrap="nowrap">
          {onExpand === undefined ? null : (
            <Tooltip label="Full screen">
              <ActionIcon variant="subtle" aria-label={`Full screen: ${title}`} onClick={onExpand}>
                <IconMaximize size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" aria-label={`Save the chart ${title}`}>
                <IconDownload size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={savePicture}>Picture (PNG)</Menu.Item>
              <Menu.Item onClick={saveNumbers}>All measured values (CSV)</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      <div ref={host} className={classes['chart']!} aria-hidden />
      <ChartCaption ref={caption} text={text} axis={axis} />
    </Box>
  );
}

/** The given range, or the range from the first to the last point of all curves but bands. */
function spanOf(curves: readonly Curve[], range: AxisRange | undefined) {
  const own = curves.filter(({ look }) => !isBand(look));
  const ends = own.flatMap(({ x }) => x.at(-1) ?? []);
  const last = ends.length === 0 ? 1 : Math.max(...ends);
  const first = Math.min(last, ...own.map(({ x }) => x[0] ?? last));
  return { min: range?.[0] ?? first, max: range?.[1] ?? (last > first ? last : first + 1) };
}

function interaction(
  zoom: { readonly current: ChartProps['onZoom'] },
  axis: ChartAxis,
  together: string,
): Pick<uPlot.Options, 'cursor' | 'legend' | 'hooks'> {
  const moves = (type: string) => type === 'mousemove' || type === 'mouseleave';
  return {
    cursor: {
      // Only the chart under the pointer handles a drag; the others get the new range from the page.
      sync: { key: together, filters: { pub: moves, sub: moves } },
      drag: { x: true, y: false, setScale: false },
      // uPlot takes null as no value; its types do not say so.
      dataIdx: (plot, series, at) =>
        series === 0 ? at : measuredAt(plot.data[0], plot.data[series]!, at)!,
    },
    legend: { markers: { show: false } },
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < LEAST_DRAG) return;
          const from = axis.round(plot.posToVal(left, 'x'), 'down');
          const to = axis.round(plot.posToVal(left + width, 'x'), 'up');
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (to > from) zoom.current?.([from, to]);
        },
      ],
      ready: [(plot) => plot.over.addEventListener('dblclick', () => zoom.current?.(undefined))],
    },
  };
}
