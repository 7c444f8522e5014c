/** The buttons of the lightbox. */
import { Button, CopyButton, Group, Text } from '@mantine/core';
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
import { desktop } from '../../client/studio.ts';
import { notifyError } from '../error-notice.tsx';
import { IconButton } from '../icon-button.tsx';
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
        <IconButton
          size="lg"
          icon={IconChevronLeft}
          label="Previous"
          keys="←"
          disabled={at === 0}
          onClick={() => onMove(at - 1)}
        />
        <IconButton
          size="lg"
          icon={IconChevronRight}
          label="Next"
          keys="→"
          disabled={at >= count - 1}
          onClick={() => onMove(at + 1)}
        />
      </Group>
      <Group gap={4} wrap="nowrap">
        <IconButton
          size="lg"
          icon={IconZoomOut}
          label="Zoom out"
          keys="-"
          disabled={nextScale(scale, 'out') === scale}
          onClick={() => zoom.step('out')}
        />
        <Text size="sm" miw={56} ta="center" aria-label="Zoom" role="status">
          {scaleText(scale)}
        </Text>
        <IconButton
          size="lg"
          icon={IconZoomIn}
          label="Zoom in"
          keys="+"
          disabled={nextScale(scale, 'in') === scale}
          onClick={() => zoom.step('in')}
        />
        <IconButton
          size="lg"
          icon={IconArrowsMaximize}
          label="Whole image"
          keys="0"
          disabled={zoom.isWhole}
          onClick={zoom.showWhole}
        />
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
