/** The images of an index, a page at a time; one is chosen. */
import { Stack, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { defined } from '../../../../engine/contract/defined.ts';
import type { LookupImage } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { pictureName } from '../../../ui/picture-name.ts';
import { Thumbnail } from '../../../ui/thumbnail.tsx';
import classes from './lookup.module.css';
import { Pages } from './pages.tsx';

const AT_ONCE = 24;
const SIDE = 160;

export function IndexImages(props: {
  readonly id: string;
  readonly name: string | undefined;
  readonly chosen: number | undefined;
  readonly onChoose: (image: LookupImage) => void;
}) {
  const { id, name, chosen, onChoose } = props;
  const [page, setPage] = useState(1);
  const { data, error } = useStudio('insight.lookupImages', {
    ...{ id, offset: (page - 1) * AT_ONCE, count: AT_ONCE },
    ...defined({ name }),
  });
  return (
    <Stack gap="sm">
      <ErrorNotice error={error} />
      <ul className={`plain-list ${classes['images']}`} aria-label="Images of the index">
        {(data?.items ?? []).map((image) => (
          <li key={image.image}>
            <UnstyledButton
              className={classes['image']!}
              aria-current={image.image === chosen}
              aria-label={pictureName(image.path)}
              title={image.path}
              w="100%"
              onClick={() => onChoose(image)}
            >
              <Thumbnail path={image.path} side={SIDE} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <Pages
        total={data?.total}
        atOnce={AT_ONCE}
        page={page}
        onPage={setPage}
        name="images"
        siblings={0}
      />
    </Stack>
  );
}
