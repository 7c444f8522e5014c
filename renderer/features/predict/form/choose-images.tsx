/** A place for new images: they are dropped here in the desktop application, or chosen in a dialog. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconFolderOpen, IconPhoto, IconPhotoPlus } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { CONTAINER_EXTENSIONS } from '../../../../engine/contract/container-names.ts';
import { StudioError } from '../../../../engine/contract/errors.ts';
import type { DroppedKind } from '../../../../engine/contract/studio/index.ts';
import { desktop } from '../../../client/studio.ts';
import { dropField } from '../../../ui/drop-field.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { FolderPicker } from '../../../ui/folder-picker.tsx';
import { PICTURE_EXTENSIONS } from '../../../ui/picture-file.ts';
import classes from './choose-images.module.css';

const LABEL = 'New images';
const LISTS = ['csv', 'tsv', 'txt'] as const;
const IMAGES = {
  title: LABEL,
  extensions: [...PICTURE_EXTENSIONS, ...CONTAINER_EXTENSIONS, ...LISTS],
} as const;

const USABLE: ReadonlySet<DroppedKind> = new Set(['folder', 'picture', 'table'] as const);

/** @throws StudioError `drop-unusable` */
async function droppedPaths(files: readonly File[]): Promise<string[]> {
  const paths = files.map((file) => desktop!.pathOf(file)).filter((path) => path !== '');
  const things = paths.length === 0 ? [] : await desktop!.describePaths(paths);
  const usable = things.filter(({ kind }) => USABLE.has(kind));
  if (usable.length > 0) return usable.map(({ path }) => path);
  const reason = things.find((thing) => thing.reason !== undefined)?.reason;
  throw new StudioError('drop-unusable', reason ?? 'There are no images in what was dropped.', {
    advice: 'Drop folders of images, images, or lists of them.',
  });
}

export function ChooseImages(props: {
  /** Whether the dialog of the page is open at first; that of the system is opened by its button alone. */
  readonly opened: boolean;
  readonly onChoose: (paths: string[]) => void;
}) {
  const { onChoose } = props;
  const [picking, setPicking] = useState(props.opened && desktop === undefined);
  const take = (chosen: Promise<readonly (string | undefined)[]>) =>
    void chosen
      .then((paths) => {
        const there = paths.filter((path) => path !== undefined);
        if (there.length > 0) onChoose(there);
      })
      .catch(notifyError);
  return (
    <Stack
      align="center"
      gap="sm"
      className={classes['place']!}
      {...dropField(LABEL)}
      onDrop={(event: DragEvent) => {
        const files = [...event.dataTransfer.files];
        if (desktop === undefined || files.length === 0) return;
        event.preventDefault();
        take(droppedPaths(files));
      }}
    >
      <IconPhotoPlus size={36} aria-hidden />
      <Text ta="center">
        {desktop === undefined
          ? 'Choose a folder of images, an image, or a list of images (.csv, .txt).'
          : 'Drop folders, images or lists of images here, or choose them.'}
      </Text>
      <Group justify="center">
        {desktop === undefined ? (
          <Button
            leftSection={<IconFolderOpen size={18} aria-hidden />}
            onClick={() => setPicking(true)}
          >
            Choose images…
          </Button>
        ) : (
          <>
            <Button
              leftSection={<IconFolderOpen size={18} aria-hidden />}
              onClick={() => take(desktop!.pickFolders())}
            >
              Choose folders…
            </Button>
            <Button
              variant="default"
              leftSection={<IconPhoto size={18} aria-hidden />}
              onClick={() => take(desktop!.pickFile(IMAGES).then((path) => [path]))}
            >
              Choose an image or list…
            </Button>
          </>
        )}
      </Group>
      <FolderPicker
        opened={picking}
        title={LABEL}
        files="all"
        onPick={(path) => {
          setPicking(false);
          onChoose([path]);
        }}
        onClose={() => setPicking(false)}
      />
    </Stack>
  );
}
