/** The predictions of a job as a virtualised list: only rows in sight are rendered and loaded. */
import { Pagination, Stack } from '@mantine/core';
import { useState } from 'react';
import type { PredictionPage } from '../../../../engine/contract/studio/index.ts';
import { useItems } from '../../../client/use-items.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Lightbox } from '../../../ui/lightbox/lightbox.tsx';
import { useVirtualRows } from '../../../ui/use-virtual-rows.ts';
import { LOOK_MS } from '../result/job-parts.tsx';
import type { RowsQuery } from './export-rows.ts';
import classes from './prediction-list.module.css';
import { PredictionRowView } from './prediction-row.tsx';
import { mostLikely, predictedText, sharesText } from './row-text.ts';

export const PAGE = 100;
const ROW = 92;
/** Browsers limit element heights to about 16 million pixels, so longer lists are split. */
const MOST_ROWS = 100_000;
const SHOWN_CLASSES = 5;

export interface ListProps {
  readonly query: RowsQuery;
  readonly page: PredictionPage;
  readonly live: boolean;
  /** The labelled set that labels are written to. */
  readonly set: string;
}

export function PredictionList(props: ListProps) {
  const { total } = props.page;
  const [part, setPart] = useState(1);
  const parts = Math.max(1, Math.ceil(total / MOST_ROWS));
  const shown = Math.min(part, parts);
  const begin = (shown - 1) * MOST_ROWS;
  return (
    <Stack gap="xs">
      {parts > 1 ? <Pagination total={parts} value={shown} onChange={setPart} size="sm" /> : null}
      <Rows key={shown} {...props} begin={begin} count={Math.min(total - begin, MOST_ROWS)} />
    </Stack>
  );
}

function Rows(props: ListProps & { readonly begin: number; readonly count: number }) {
  const { query, page, live, set, begin, count } = props;
  /** Position of the image in the lightbox. */
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const label = useStudioAction('predictions.label', ['predictions.get']);
  const { scroller, rows, visible, range } = useVirtualRows(count, { height: ROW, overscan: 6 });
  const list = ['predictions.get', query] as const;
  const shown = { from: begin + range.from, to: begin + range.to };
  const rowAt = useItems(list, shown, { size: PAGE, every: live && LOOK_MS });
  // The neighbours are loaded with the image in the lightbox.
  const near = {
    from: begin + Math.max(0, (opened ?? 0) - 1),
    to: begin + Math.min(count, (opened ?? 0) + 2),
  };
  const nearAt = useItems(list, near, { size: PAGE });
  const item = opened === undefined ? undefined : nearAt(begin + opened);
  return (
    <>
      {label.error === null ? null : (
        <ErrorNotice error={label.error} title="The label was not saved" />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it */}
      <section ref={scroller} className={classes['list']!} aria-label="Predictions" tabIndex={0}>
        <ul style={{ height: rows.getTotalSize(), position: 'relative', margin: 0, padding: 0 }}>
          {visible.map(({ index, start }) => {
            const found = rowAt(begin + index);
            return (
              <li
                key={index}
                ref={rows.measureElement}
                data-index={index}
                className={classes['item']!}
                style={{ transform: `translateY(${start}px)`, listStyle: 'none', minHeight: ROW }}
                aria-setsize={count}
                aria-posinset={index + 1}
              >
                {found === undefined ? null : (
                  <PredictionRowView
                    item={found}
                    page={page}
                    onOpen={() => setOpened(index)}
                    onLabel={(labels) =>
                      label.mutate({ job: query.job, set, rows: [{ row: found.row, labels }] })
                    }
                  />
                )}
              </li>
            );
          })}
        </ul>
      </section>
      <Lightbox
        count={count}
        at={opened}
        picture={
          item && {
            path: item.path,
            caption: `predicted ${predictedText(item)}`,
            details: sharesText(mostLikely(item, page.classes, SHOWN_CLASSES)),
          }
        }
        onMove={setOpened}
        onClose={() => setOpened(undefined)}
      />
    </>
  );
}
