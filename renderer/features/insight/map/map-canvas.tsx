/** The map itself: dragged and zoomed by pointer and keys; near enough, dots become pictures. */

import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { imageAddress, type MapImage } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { drawQueue } from '../../../ui/draw-queue.ts';
import {
  type Camera,
  type Columns,
  movedBy,
  pixelOf,
  pointAt,
  pointsInSight,
  pointTowards,
  wholeMap,
  zoomedAt,
} from './camera.ts';
import { drawPoints } from './draw-points.ts';
import classes from './map.module.css';
import { type Pixel, rowsInside } from './selection.ts';

const HEIGHT = 620;
const ZOOM_STEP = 1.5;
/** Pictures that are shown in place of dots, at most, and their side in pixels. */
const MOST_PICTURES = 80;
const PICTURE = 56;

export function MapCanvas(props: {
  readonly id: string;
  readonly name: string;
  readonly columns: Columns;
  readonly colours: Uint32Array;
  /** Rows whose pictures are pale. */
  readonly excluded: ReadonlySet<number>;
  readonly chosen: number | undefined;
  readonly onChoose: (row: number) => void;
  /** Points that a line was drawn around, or the chosen one, which is added or taken away. */
  readonly onSelect: (rows: readonly number[], toggles: boolean) => void;
}) {
  const { id, name, columns, colours, excluded, chosen, onChoose, onSelect } = props;
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useMemo(() => ({ width: Math.floor(width), height: HEIGHT }), [width]);
  const whole = useMemo(
    () => (width > 0 ? wholeMap(columns, size) : undefined),
    [columns, size, width],
  );
  const [moved, setMoved] = useState<Camera | undefined>(undefined);
  const camera = moved ?? whole;
  const drag = useRef<{ x: number; y: number; far: boolean } | undefined>(undefined);
  const [line, setLine] = useState<readonly Pixel[]>([]);
  const [inSight, setInSight] = useState<readonly number[]>([]);
  const key = useRef({});
  useEffect(() => {
    // Without a width, such as in a hidden window, there is nothing to draw on.
    if (camera === undefined || size.width === 0) return;
    drawQueue.ask(key.current, () => {
      const context = canvas.current?.getContext('2d');
      if (context == null) return;
      const image = context.createImageData(size.width, size.height);
      const pixels = new Uint32Array(image.data.buffer);
      const radius = columns.count > 30_000 ? 1 : columns.count > 3000 ? 2 : 3;
      drawPoints(pixels, size, columns, colours, camera, radius);
      context.putImageData(image, 0, 0);
    });
    const timer = setTimeout(
      () => setInSight(pointsInSight(columns, camera, size, MOST_PICTURES)),
      150,
    );
    return () => clearTimeout(timer);
  }, [camera, columns, colours, size]);
  // React listens for wheels passively, where the page cannot be kept from scrolling.
  useEffect(() => {
    const element = canvas.current;
    if (element === null || camera === undefined || whole === undefined) return;
    const zoom = (event: WheelEvent) => {
      event.preventDefault();
      const at = { x: event.offsetX, y: event.offsetY };
      setMoved(zoomedAt(camera, whole, Math.exp(-event.deltaY / 400), at, size));
    };
    element.addEventListener('wheel', zoom, { passive: false });
    return () => element.removeEventListener('wheel', zoom);
  }, [camera, whole, size]);
  const { data } = useStudio(
    'insight.mapImages',
    { id, name, rows: [...inSight] },
    { enabled: inSight.length > 0 },
  );
  const pictures = inSight.length === 0 ? [] : (data?.items ?? []);
  const down = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const { offsetX: x, offsetY: y } = event.nativeEvent;
    if (event.shiftKey) return setLine([{ x, y }]);
    drag.current = { x: event.clientX, y: event.clientY, far: false };
  };
  const move = (event: PointerEvent) => {
    if (line.length > 0) {
      const { offsetX: x, offsetY: y } = event.nativeEvent;
      return setLine([...line, { x, y }]);
    }
    const last = drag.current;
    if (last === undefined || camera === undefined) return;
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    if (!last.far && Math.abs(dx) + Math.abs(dy) < 4) return;
    drag.current = { x: event.clientX, y: event.clientY, far: true };
    setMoved(movedBy(camera, dx, dy));
  };
  const up = (event: PointerEvent<HTMLCanvasElement>) => {
    if (line.length > 0) {
      if (camera !== undefined) onSelect(rowsInside(columns, camera, size, line), false);
      return setLine([]);
    }
    const { far = true } = drag.current ?? {};
    drag.current = undefined;
    if (far || camera === undefined) return;
    const { offsetX: x, offsetY: y } = event.nativeEvent;
    const found = pointAt(columns, camera, { x, y }, size);
    if (found !== undefined) onChoose(found);
  };
  const press = (event: KeyboardEvent) => {
    if (camera === undefined || whole === undefined) return;
    const towards = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
      event.key
    ];
    const zoom = { '+': ZOOM_STEP, '=': ZOOM_STEP, '-': 1 / ZOOM_STEP }[event.key];
    if (towards !== undefined) {
      const next =
        chosen === undefined ? 0 : pointTowards(columns, chosen, towards[0]!, towards[1]!);
      if (next !== undefined) onChoose(next);
    } else if (zoom !== undefined) {
      const at =
        chosen === undefined
          ? { x: size.width / 2, y: size.height / 2 }
          : pixelOf(camera, columns.x[chosen]!, columns.y[chosen]!, size);
      setMoved(zoomedAt(camera, whole, zoom, at, size));
    } else if (event.key === '0') setMoved(undefined);
    else if (event.key.toLowerCase() === 's' && chosen !== undefined) onSelect([chosen], true);
    else return;
    event.preventDefault();
  };
  const placed = (row: number) =>
    camera === undefined ? undefined : pixelOf(camera, columns.x[row]!, columns.y[row]!, size);
  return (
    <div ref={ref} className={classes['frame']!} style={{ height: HEIGHT }}>
      {size.width === 0 ? null : (
        <section
          aria-label="Map; arrow keys go to the next image, S selects it, + and - zoom, 0 shows all"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys choose images
          tabIndex={0}
          className={classes['map']!}
          onKeyDown={press}
        >
          <canvas
            ref={canvas}
            width={size.width}
            height={size.height}
            onPointerDown={down}
            onPointerMove={move}
            onPointerUp={up}
          />
          {pictures.map((image) => (
            <Picture
              key={image.row}
              image={image}
              at={placed(image.row)}
              isPale={excluded.has(image.row)}
            />
          ))}
          {line.length === 0 ? null : (
            <svg className={classes['line']!} aria-hidden>
              <polygon points={line.map(({ x, y }) => `${x},${y}`).join(' ')} />
            </svg>
          )}
          {chosen === undefined ? null : <Ring at={placed(chosen)} />}
        </section>
      )}
    </div>
  );
}

type At = { readonly x: number; readonly y: number } | undefined;

function Picture(props: { readonly image: MapImage; readonly at: At; readonly isPale: boolean }) {
  const { image, at, isPale } = props;
  if (at === undefined) return null;
  return (
    <img
      className={classes['picture']!}
      src={imageAddress(image.path, 2 * PICTURE)}
      alt=""
      decoding="async"
      data-excluded={isPale || undefined}
      style={{ left: at.x - PICTURE / 2, top: at.y - PICTURE / 2, width: PICTURE, height: PICTURE }}
    />
  );
}

function Ring({ at }: { readonly at: At }) {
  return at === undefined ? null : (
    <span className={classes['ring']!} style={{ left: at.x, top: at.y }} aria-hidden />
  );
}
