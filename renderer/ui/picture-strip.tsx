/** A few small pictures in a row, by which a folder or data set is recognised. */
import { useState } from 'react';
import { imageAddress } from '../../engine/contract/studio/index.ts';
import { pictureName } from './picture-name.ts';
import classes from './picture-strip.module.css';

/** Pixels that are requested: twice the shown ones, for dense screens. */
const SIDE = 160;

export function PictureStrip(props: {
  readonly paths: readonly string[];
  /** What the pictures belong to; without it they are decoration beside a name. */
  readonly label?: string;
}) {
  const { label } = props;
  /** Files whose names promise an image that they do not hold. */
  const [broken, setBroken] = useState<readonly string[]>([]);
  const paths = props.paths.filter((path) => !broken.includes(path));
  if (paths.length === 0) return null;
  return (
    <ul
      className={`plain-list ${classes['strip']}`}
      {...(label === undefined ? { 'aria-hidden': true } : { 'aria-label': label })}
    >
      {paths.map((path) => (
        <li key={path} className={classes['item']!}>
          <img
            className={classes['picture']!}
            src={imageAddress(path, SIDE)}
            alt={label === undefined ? '' : pictureName(path)}
            loading="lazy"
            decoding="async"
            onError={() => setBroken((known) => [...known, path])}
          />
        </li>
      ))}
    </ul>
  );
}
