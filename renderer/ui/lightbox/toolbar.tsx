/** The buttons of the lightbox. */
import { ActionIcon, Button, CopyButton, Group, Text } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconCheck,
  IconChevronLeft,
  IconChevronRight,
  IconCopy,
  IconFolderSearch,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { desktop } from '../../client/studio.ts';
import { notifyError } from '../error-notice.tsx';
import type { Picture } from './picture.ts';
import type { Zoom } from './use-zoom.ts';
import { nextScale, scaleText } from './zoom.ts';

export function Toolbar(props: {
  readonly at: number;
  readonly count: number;
  readonly picture: Picture | undefined;
  readonly zoom: Zoom;
  readonly onMove: (at: number) => void;
}) {
  const { at, count, picture, zoom, onMove } = props;
  const { scale } = zoom;
  return (
    <Group gap="md" justify="center">
      <Group gap={4} wrap="nowrap">
        <IconAction label="Previous" keys="←" disabled={at === 0} onClick={() => onMove(at - 1)}>
          <IconChevronLeft size={20} aria-hidden />
        </IconAction>
        <IconAction label="Next" keys="→" disabled={at >= count - 1} onClick={() => onMove(at + 1)}>
          <IconChevronRight size={20} aria-hidden />
        </IconAction>
      </Group>
      <Group gap={4} wrap="nowrap">
        <IconAction
          label="Zoom out"
          keys="-"
          disabled={nextScale(scale, 'out') === scale}
          onClick={() => zoom.step('out')}
        >
          <IconZoomOut size={20} aria-hidden />
        </IconAction>
        <Text size="sm" miw={56} ta="center" aria-label="Zoom" role="status">
          {scaleText(scale)}
        </Text>
        <IconAction
          label="Zoom in"
          keys="+"
          disabled={nextScale(scale, 'in') === scale}
          onClick={() => zoom.step('in')}
        >
          <IconZoomIn size={20} aria-hidden />
        </IconAction>
        <IconAction label="Whole image" keys="0" disabled={zoom.isWhole} onClick={zoom.showWhole}>
          <IconArrowsMaximize size={20} aria-hidden />
        </IconAction>
        <Button variant="default" size="xs" aria-pressed={scale === 1} onClick={zoom.showOriginal}>
          Original size
        </Button>
      </Group>
      {picture === undefined ? null : <FileActions path={picture.path} />}
    </Group>
  );
}

function FileActions({ path }: { readonly path: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <CopyButton value={path}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="xs"
            onClick={copy}
            leftSection={
              copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
            }
          >
            {copied ? 'Copied' : 'Copy path'}
          </Button>
        )}
      </CopyButton>
      {desktop === undefined ? null : (
        <Button
          variant="default"
          size="xs"
          onClick={() => void desktop?.reveal(path).catch(notifyError)}
          leftSection={<IconFolderSearch size={16} aria-hidden />}
        >
          Show in folder
        </Button>
      )}
    </Group>
  );
}

/** @param props.keys the shortcut, shown with the label */
function IconAction(props: {
  readonly label: string;
  readonly keys: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  const { label, keys, disabled, onClick, children } = props;
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={label}
      title={`${label} (${keys})`}
      // A disabled button would lose the focus, and with it the keys.
      aria-disabled={disabled}
      {...(disabled ? { 'data-disabled': true } : {})}
      onClick={() => disabled || onClick()}
    >
      {children}
    </ActionIcon>
  );
}
