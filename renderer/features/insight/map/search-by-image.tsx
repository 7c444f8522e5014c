/** The images of a map that are most similar to one of any file, which is not on it. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { desktop } from '../../../client/studio.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countText } from '../../../ui/format.ts';
import { PathField } from '../../../ui/path-field.tsx';
import { PICTURE_FILE } from '../../../ui/picture-file.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import { Section } from '../../../ui/section.tsx';
import { Thumbnail } from '../../../ui/thumbnail.tsx';
import { ImageList } from './image-list.tsx';

const SIMILAR = 24;

export function SearchByImage(props: {
  readonly id: string;
  readonly name: string;
  readonly excluded: ReadonlySet<number>;
  readonly onChoose: (row: number) => void;
}) {
  const { id, name, excluded, onChoose } = props;
  const [given, setGiven] = useState('');
  const [asked, setAsked] = useState('');
  const { data, error, isFetching } = useStudio(
    'insight.mapLike',
    { id, name, file: asked, k: SIMILAR },
    { enabled: asked !== '' },
  );
  const file = given.trim();
  const found = asked === '' || error !== null ? undefined : data;
  return (
    <Section title="Search by an image">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {desktop === undefined ? 'Choose any image.' : 'Choose or drop any image.'} It need not be
          on the map: the network of the map compares it.
        </Text>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (file !== '') setAsked(file);
          }}
        >
          <Group align="flex-end">
            <div style={{ flex: '1 1 320px' }}>
              <PathField
                label="Image"
                value={given}
                onChange={setGiven}
                file={PICTURE_FILE}
                picture
              />
            </div>
            <Button type="submit" variant="default" disabled={file === ''} loading={isFetching}>
              Find similar images
            </Button>
          </Group>
        </form>
        <ErrorNotice error={asked === '' ? null : error} title="The image could not be compared" />
        {found === undefined ? null : (
          <>
            <Group wrap="nowrap" align="flex-start">
              <div style={{ width: 160, flex: 'none' }}>
                <Thumbnail key={found.image.path} path={found.image.path} side={320} />
              </div>
              <Stack gap={2} miw={0}>
                <Text fw={600} role="status">
                  {pictureName(found.image.path)}
                </Text>
                <Text size="sm">
                  {countText(found.image.width)} × {countText(found.image.height)}
                </Text>
                <Text size="xs" c="dimmed">
                  {found.image.path}
                </Text>
              </Stack>
            </Group>
            <ImageList
              label="Most similar on the map; cosine distance"
              images={found.neighbours.map(({ row, path, distance }) => ({
                ...{ row, path },
                text: `${distance.toFixed(3)}${excluded.has(row) ? ', excluded' : ''}`,
              }))}
              onChoose={onChoose}
            />
          </>
        )}
      </Stack>
    </Section>
  );
}
