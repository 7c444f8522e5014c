/** The zoom of the lightbox. Every picture begins whole. */
import { useState } from 'react';
import type { Picture } from './picture.ts';
import { firstSize, fitScale, type LoadedSize, nextScale, type PictureSize } from './zoom.ts';

export type Zoom = ReturnType<typeof useZoom>;

const NO_SIZE: PictureSize = { width: 0, height: 0 };

export function useZoom(picture: Picture | undefined) {
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
    /** Pixels of the original; zeros until they are known. */
    size,
    scale,
    /** Whether the whole picture is shown. */
    isWhole: own === undefined,
    step: (direction: 'in' | 'out') => set(nextScale(scale, direction)),
    showWhole: () => setChosen(undefined),
    showOriginal: () => set(1),
    /** The room for the picture has another size. */
    onRoom: setRoom,
    /** The size of a picture that was loaded, for pictures whose size was not known. */
    onLoaded: (natural: PictureSize) =>
      setLoaded((known) => firstSize(known, { path, size: natural })),
  };
}
