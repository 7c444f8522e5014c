/** A small picture of an image; one that cannot be shown is named. */
import { Text } from '@mantine/core';
import { useState } from 'react';
import { imageAddress } from '../../engine/contract/studio/index.ts';
import { pictureName } from './picture-name.ts';
import classes from './thumbnail.module.css';

export function Thumbnail(props: {
  readonly path: string;
  /** Pixels that are requested. */
  readonly side: number;
  /** Empty where the text beside says the same. */
  readonly alt?: string;
  /** Whether the file is known to be gone. */
  readonly missing?: boolean | undefined;
}) {
  const { path, side, alt = '', missing = false } = props;
  const [failed, setFailed] = useState(false);
  if (missing || failed)
    return (
      <Text component="span" className={classes['gone']!} size="xs" title={path}>
        {pictureName(path)} {missing ? 'is gone' : 'cannot be shown'}
      </Text>
    );
  return (
    <img
      className={classes['picture']!}
      src={imageAddress(path, side)}
      alt={alt}
      loading="lazy"
      decoding="async"
      onError={() => setFailed(true)}
    />
  );
}
