/** The picture of the lightbox; one larger than the room is moved by dragging, scrolling or Shift and arrows. */
import { Loader } from '@mantine/core';
import {
  type PointerEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { StudioError } from '../../../engine/contract/errors.ts';
import { IMAGE_SIDE, imageAddress } from '../../../engine/contract/studio/index.ts';
import { ErrorNotice } from '../error-notice.tsx';
import classes from './lightbox.module.css';
import { altText, type Picture } from './picture.ts';
import type { Zoom } from './use-zoom.ts';
import { pictureSide } from './zoom.ts';

export function Stage(props: {
  readonly picture: Picture | undefined;
  readonly zoom: Zoom;
  /** Lies over the picture, of the same size. */
  readonly overlay?: ReactNode;
}) {
  const { picture, zoom, overlay } = props;
  const { size, scale, isWhole, onRoom } = zoom;
  const stage = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<unknown>(undefined);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const element = stage.current!;
    const observer = new ResizeObserver(() =>
      onRoom({ width: element.offsetWidth, height: element.offsetHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [onRoom]);
  useMiddle(stage, scale);
  const known = size.width > 0;
  const side = known ? pictureSide(size, scale, window.devicePixelRatio) : IMAGE_SIDE.most;
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if ((event.buttons & 1) === 0) return;
    stage.current!.scrollBy(-event.movementX, -event.movementY);
  };
  return (
    <section
      ref={stage}
      data-stage
      className={isWhole ? classes['stage']! : `${classes['stage']} ${classes['zoomed']}`}
      aria-label="Picture"
      // A region that scrolls can be reached by the keyboard.
      {...(isWhole ? {} : { tabIndex: 0 })}
      onPointerMove={drag}
      onDoubleClick={isWhole ? zoom.showOriginal : zoom.showWhole}
    >
      {picture === undefined ? (
        <Loader aria-label="Loading" />
      ) : problem !== undefined ? (
        <ErrorNotice error={problem} />
      ) : (
        <div className={classes['picture']!}>
          <img
            className={scale > 1 ? classes['pixels']! : ''}
            style={
              known
                ? { width: size.width * scale, height: size.height * scale }
                : { visibility: 'hidden' }
            }
            src={imageAddress(picture.path, side, picture.view)}
            alt={altText(picture)}
            draggable={false}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
              setShown(true);
              zoom.onLoaded({ width: naturalWidth, height: naturalHeight });
            }}
            onError={() => void reasonOf(picture.path, side).then(setProblem)}
          />
          {shown && known ? overlay : null}
        </div>
      )}
      {picture === undefined || shown || problem !== undefined ? null : (
        <div className={classes['waiting']!}>
          <Loader aria-label="Loading" />
        </div>
      )}
    </section>
  );
}

/** Keep what is in the middle there while the scale changes. */
function useMiddle(stage: React.RefObject<HTMLDivElement | null>, scale: number): void {
  const before = useRef(scale);
  useLayoutEffect(() => {
    const factor = scale / before.current;
    before.current = scale;
    const element = stage.current!;
    const { offsetWidth, offsetHeight, scrollLeft, scrollTop } = element;
    element.scrollTo(
      (scrollLeft + offsetWidth / 2) * factor - offsetWidth / 2,
      (scrollTop + offsetHeight / 2) * factor - offsetHeight / 2,
    );
  }, [stage, scale]);
}

/** Why the host sends no picture; an `img` element does not tell. */
async function reasonOf(path: string, side: number): Promise<StudioError> {
  const answer = await fetch(imageAddress(path, side)).catch(() => undefined);
  const text = (await answer?.text().catch(() => undefined)) ?? '';
  const reason = messageIn(text) ?? `${path} cannot be shown.`;
  return new StudioError('image-unreadable', reason, {
    advice: 'Check that the file is still there and can be opened elsewhere.',
    details: { path, reason },
  });
}

/** The server answers with an error record, the desktop application with its message. */
function messageIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { message?: string }).message;
  } catch {
    return text === '' || text.length > 1000 ? undefined : text;
  }
}
