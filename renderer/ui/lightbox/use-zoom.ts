/** The zoom of the lightbox. Every picture begins whole. */
import { useState } from 'react';
import type { Picture } from './picture.ts';
import { firstSize, fitScale, type LoadedSize, nextScale, type PictureSize } from './zoom.ts';

export interface Zoom {
  /** Pixels of the original; zeros until they are known. */
  readonly size: PictureSize;
  readonly scale: number;
  /** Whether the whole picture is shown. */
  readonly isWhole: boolean;
  readonly step: (direction: 'in' | 'out') => void;
  readonly showWhole: () => void;
  readonly showOriginal: () => void;
  /** The room for the picture has another size. */
  readonly onRoom: (room: PictureSize) => void;
  /** The size of a picture that was loaded, for pictures whose size was not known. */
  readonly onLoaded: (size: PictureSize) => void;
}

const NO_SIZE: PictureSize = { width: 0, height: 0 };

export function useZoom(picture: Picture | undefined): Zoom {
  const path = picture?.path;
  const [room, setRoom] = useState(NO_SIZE);
  const [chosen, setChosen] = useState<{ path: string | undefined; scale: number }>();
  const [loaded, setLoaded] = useState<LoadedSize>();
  const size =
    picture?.width !== undefined && picture.height !== undefined
      ? { width: picture.width, height: picture.height }
      : loaded !== undefined && loaded.path === path
        ? loaded.size
        : NO_SIZE;
  const own = chosen?.path === path ? chosen?.scale : undefined;
  const scale = own ?? fitScale(size, room);
  const set = (to: number) => setChosen({ path, scale: to });
  return {
    size,
    scale,
    isWhole: own === undefined,
    step: (direction) => set(nextScale(scale, direction)),
    showWhole: () => setChosen(undefined),
    showOriginal: () => set(1),
    onRoom: setRoom,
    onLoaded: (natural) => setLoaded((known) => firstSize(known, { path, size: natural })),
  };
}
