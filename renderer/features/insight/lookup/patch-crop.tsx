/** A patch cut out of its image. */
import type { CSSProperties } from 'react';
import { imageAddress, type Patch } from '../../../../engine/contract/studio/index.ts';
import classes from './lookup.module.css';

/** Pixels of the image that are requested: a patch is a small part of it. */
const SIDE = 768;

export function PatchCrop(props: { readonly patch: Patch; readonly alt?: string }) {
  const { patch, alt = '' } = props;
  return (
    <span className={classes['crop']!}>
      <img
        src={imageAddress(patch.path, SIDE)}
        alt={alt}
        loading="lazy"
        decoding="async"
        style={shownPart(patch.box)}
      />
    </span>
  );
}

/** The place and size of an image of which only that part fills its parent. */
export function shownPart({ x, y, width, height }: Patch['box']): CSSProperties {
  return {
    position: 'absolute',
    width: `${100 / width}%`,
    height: `${100 / height}%`,
    left: `${(-100 * x) / width}%`,
    top: `${(-100 * y) / height}%`,
    maxWidth: 'none',
  };
}
