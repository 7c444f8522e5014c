/** A few images of a data set, loaded once they come into view. */
import { Box } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { useRef } from 'react';
import type { Dataset } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import { PictureStrip } from './picture-strip.tsx';

export function DatasetPictures(props: { readonly dataset: Dataset; readonly count?: number }) {
  const { dataset, count = 5 } = props;
  const { id, report } = dataset;
  const { ref, inViewport } = useInViewport();
  const seen = useRef(false);
  seen.current ||= inViewport;
  const { data } = useStudio(
    'datasets.images',
    { id, offset: 0, count, order: 'shuffled' },
    { enabled: seen.current && report !== undefined },
  );
  if (report === undefined) return null;
  return (
    // The height is kept while pictures load, so that nothing below moves.
    <Box ref={ref} mih={40}>
      <PictureStrip paths={(data?.items ?? []).map(({ path }) => path)} />
    </Box>
  );
}
