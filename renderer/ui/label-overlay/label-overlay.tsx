/** Masks and boxes over a picture, in the colours of their classes. */
import type { ImageLabels } from '../../../engine/contract/studio/index.ts';
import { readableOn } from './colours.ts';
import classes from './label-overlay.module.css';

export interface OverlayView {
  readonly isShown: boolean;
  /** 0 to 1 */
  readonly opacity: number;
}

export interface DrawnLabels extends Pick<ImageLabels, 'width' | 'height' | 'areas'> {
  readonly boxes: readonly (ImageLabels['boxes'][number] & {
    /** Of its mask: x and y of each vertex in turn, pixels. */
    readonly outlines?: readonly (readonly number[])[] | undefined;
  })[];
}

export const FIRST_VIEW: OverlayView = { isShown: true, opacity: 0.5 };

/** Fills its parent, which has the shape of the picture or shows it as large as it can. */
export function LabelOverlay(props: {
  readonly labels: DrawnLabels;
  readonly view: OverlayView;
  /** Whether boxes have the names of their classes. */
  readonly hasNames?: boolean;
}) {
  const { labels, view, hasNames = false } = props;
  const { width, height, areas, boxes } = labels;
  if (!view.isShown || width === 0 || height === 0) return null;
  return (
    <span className={classes['overlay']!} data-overlay aria-hidden>
      <svg viewBox={`0 0 ${width} ${height}`} className={classes['drawing']!} aria-hidden>
        {areas === undefined ? null : (
          <image
            href={areas}
            width={width}
            height={height}
            preserveAspectRatio="none"
            opacity={view.opacity}
            className={classes['areas']!}
          />
        )}
        {boxes.map(({ box: [x, y, w, h], colour, crowd, outlines = [] }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: boxes of an image never change their order
          <g key={i}>
            {outlines.length === 0 ? null : (
              <path
                d={outlines.map((points) => `M${points.join(' ')}Z`).join('')}
                fill={colour}
                fillOpacity={view.opacity}
                fillRule="evenodd"
              />
            )}
            <rect x={x} y={y} width={w} height={h} className={classes['halo']!} />
            <rect
              x={x}
              y={y}
              width={w}
              height={h}
              className={classes['box']!}
              stroke={colour}
              {...(crowd ? { strokeDasharray: '4 3' } : {})}
            />
          </g>
        ))}
      </svg>
      {hasNames
        ? boxes.map(({ box: [x, y], class: name, colour }, i) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              key={i}
              className={classes['name']!}
              style={{
                left: `${(100 * x) / width}%`,
                top: `${(100 * y) / height}%`,
                background: colour,
                color: readableOn(colour),
              }}
            >
              {name}
            </span>
          ))
        : null}
    </span>
  );
}
