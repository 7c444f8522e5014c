/** An image with an attention map over it. */
import { Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import classes from './attention.module.css';
import { mapColours } from './map-colours.ts';
import type { ShownMap } from './shown-attention.ts';

export function MapPicture(props: {
  /** Address of what the network was given. */
  readonly picture: string;
  readonly map: ShownMap | undefined;
  /** percent */
  readonly opacity: number;
  /** Network and image, for people who cannot see it. */
  readonly name: string;
}) {
  const { picture, map, opacity, name } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (map === undefined || context == null) return;
    context.putImageData(mapColours(map), 0, 0);
  }, [map]);
  const words = map === undefined ? 'no such head' : `highest ${map.peak.toFixed(1)} × even`;
  return (
    <figure className={classes['figure']!}>
      <div
        className={classes['picture']!}
        role="img"
        aria-label={map === undefined ? `${name}: ${words}` : `${name}, ${map.what}: ${words}`}
      >
        <img src={picture} alt="" />
        {map === undefined ? null : (
          <canvas
            ref={canvas}
            width={map.cols}
            height={map.rows}
            style={{ opacity: opacity / 100 }}
            aria-hidden
          />
        )}
      </div>
      <Text component="figcaption" size="xs">
        {words}
      </Text>
    </figure>
  );
}
