/**
 * One picture over the whole window, with its neighbours one key away.
 *
 * The caller owns the position, so lists that are loaded by page can be walked as well as arrays.
 * Keys: arrows (previous, next), Home, End, + and -, 0 (whole picture), 1 (original size), Shift and arrows
 * (move within a picture that is larger than the window), Esc.
 */
import { Modal, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { type ReactNode, useRef } from 'react';
import { countText } from '../format.ts';
import { pictureName } from '../picture-name.ts';
import classes from './lightbox.module.css';
import { aboutText, type Picture } from './picture.ts';
import { Stage } from './stage.tsx';
import { Toolbar } from './toolbar.tsx';
import { useZoom } from './use-zoom.ts';

/** Movements within a picture, in pixels. */
const PAN_WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-80, 0],
  ArrowRight: [80, 0],
  ArrowUp: [0, -80],
  ArrowDown: [0, 80],
};

/** Arrow keys move a slider that has the focus. */
function isOnSlider({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('[role="slider"]') !== null;
}

export interface LightboxProps {
  readonly count: number;
  /** Position of the shown picture; undefined while the lightbox is closed. */
  readonly at: number | undefined;
  /** The picture at `at`; undefined while it is loaded. */
  readonly picture: Picture | undefined;
  /** Lies over the picture, of the same size. */
  readonly overlay?: ReactNode;
  /** Controls of what lies over the picture. */
  readonly controls?: ReactNode;
  readonly onMove: (at: number) => void;
  readonly onClose: () => void;
  /** Whether the element that had the focus before gets it back; if not, the caller moves the focus. */
  readonly returnFocus?: boolean;
}

export function Lightbox({ at, onClose, returnFocus = true, ...rest }: LightboxProps) {
  return (
    <Modal.Root
      opened={at !== undefined}
      onClose={onClose}
      fullScreen
      returnFocus={returnFocus}
      transitionProps={{ duration: 0 }}
    >
      {at === undefined ? null : <Shown at={at} {...rest} />}
    </Modal.Root>
  );
}

function Shown(
  props: Omit<LightboxProps, 'at' | 'onClose' | 'returnFocus'> & { readonly at: number },
) {
  const { count, at, picture, overlay, controls, onMove } = props;
  const content = useRef<HTMLDivElement>(null);
  const zoom = useZoom(picture);
  const about = picture === undefined ? '' : aboutText(picture);
  const move = (to: number) => onMove(Math.min(count - 1, Math.max(0, to)));
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(at - 1),
    ArrowRight: () => move(at + 1),
    Home: () => move(0),
    End: () => move(count - 1),
    '+': () => zoom.step('in'),
    '=': () => zoom.step('in'),
    '-': () => zoom.step('out'),
    '0': zoom.showWhole,
    '1': zoom.showOriginal,
  };
  // Whatever has the focus: a click on the picture leaves it to the dialog itself.
  useWindowEvent('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isOnSlider(event)) return;
    const way = PAN_WAYS[event.key];
    const pan = () => content.current?.querySelector('[data-stage]')?.scrollBy(...way!);
    const act = event.shiftKey && way !== undefined ? pan : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  return (
    <Modal.Content>
      <div className={classes['frame']!} ref={content}>
        <Modal.Header className={classes['header']!}>
          <Modal.Title className={classes['name']!} title={picture?.path}>
            {picture === undefined ? 'Loading…' : pictureName(picture.path)}
          </Modal.Title>
          <Modal.CloseButton aria-label="Close" data-autofocus />
        </Modal.Header>
        <Modal.Body className={classes['body']!}>
          <Stage key={picture?.path} picture={picture} zoom={zoom} overlay={overlay} />
          <div className={classes['footer']!}>
            <Text size="sm" role="status">
              {[`${countText(at + 1)} of ${countText(count)}`, about].filter(Boolean).join(' · ')}
            </Text>
            {controls}
            <Toolbar at={at} count={count} picture={picture} zoom={zoom} onMove={move} />
          </div>
        </Modal.Body>
      </div>
    </Modal.Content>
  );
}
