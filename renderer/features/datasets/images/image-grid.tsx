/**
 * A virtualised grid of the images of a data set, up to millions: only visible rows are rendered, and items
 * are loaded by page.
 */
import { Group, Pagination, Stack, Text, UnstyledButton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type ReactNode, useMemo, useState } from 'react';
import { defined } from '../../../../engine/contract/defined.ts';
import {
  type HealthReport,
  type ImageItem,
  imageAddress,
} from '../../../../engine/contract/studio/index.ts';
import type { PictureView } from '../../../../engine/contract/studio/picture-view.ts';
import { useItems } from '../../../client/use-items.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { bytesText, countOf } from '../../../ui/format.ts';
import type { OverlayView } from '../../../ui/label-overlay/label-overlay.tsx';
import { Lightbox } from '../../../ui/lightbox/lightbox.tsx';
import type { Picture } from '../../../ui/lightbox/picture.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import { useVirtualRows } from '../../../ui/use-virtual-rows.ts';
import { pictureViewOf } from '../channels/channel-fields.ts';
import { ChannelView } from '../channels/channel-view.tsx';
import { keepChannels, keptChannels } from '../channels/kept-channels.ts';
import { tilesCountText } from '../health/report-text.ts';
import type { ImageFilter } from './image-filter.ts';
import classes from './image-grid.module.css';
import { ImageOverlay } from './image-labels.tsx';

const TILE = 132;
/** Browsers limit element heights to about 16 million pixels, so longer lists are split. */
const MOST_ROWS = 60_000;
const SMALL_SIDE = 64;
const THUMBNAIL = 160;
/** Pixels of areas in the lightbox. */
const LARGE = 1024;
/** Images that are read at once. */
const PAGE = 200;

/** How dense labels are shown; undefined for data sets without them. */
export interface GridOverlay {
  readonly view: OverlayView;
  readonly controls: ReactNode;
}

export function ImageGrid(props: {
  readonly id: string;
  readonly filter: ImageFilter;
  readonly tiles: HealthReport['tiles'];
  readonly overlay?: GridOverlay | undefined;
}) {
  const { id, filter, tiles, overlay } = props;
  const first = useStudio('datasets.images', { id, offset: 0, count: PAGE, ...filter });
  const { ref: sizer, width } = useElementSize();
  const columns = Math.max(1, Math.floor(width / TILE));
  const total = first.data?.total ?? 0;
  const [part, setPart] = useState(1);
  const [fields, setFields] = useState(() => keptChannels(id));
  const channels = Math.max(0, ...(first.data?.items ?? []).map((item) => item.channels ?? 0));
  const view = useMemo(() => pictureViewOf(fields, channels), [fields, channels]);
  const parts = Math.max(1, Math.ceil(total / (MOST_ROWS * columns)));
  const begin = (Math.min(part, parts) - 1) * MOST_ROWS * columns;
  const count = Math.min(total - begin, MOST_ROWS * columns);
  if (first.error !== null) return <ErrorNotice error={first.error} />;
  return (
    <Stack gap="xs" ref={sizer}>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {first.data === undefined ? 'Reading…' : countOf(total, 'image')}
        </Text>
        {tiles === undefined ? null : (
          <Text size="sm" c="dimmed">
            {tilesCountText(tiles)}
          </Text>
        )}
        {parts > 1 ? (
          <Pagination total={parts} value={Math.min(part, parts)} onChange={setPart} size="sm" />
        ) : null}
      </Group>
      {channels === 0 ? null : (
        <ChannelView
          fields={fields}
          channels={channels}
          onChange={(changed) => {
            keepChannels(id, changed);
            setFields(changed);
          }}
        />
      )}
      {width === 0 || total === 0 ? null : (
        <Rows
          key={JSON.stringify([part, columns, filter])}
          id={id}
          filter={filter}
          overlay={overlay}
          view={view}
          columns={columns}
          begin={begin}
          count={count}
        />
      )}
    </Stack>
  );
}

function Rows(props: {
  readonly id: string;
  readonly filter: ImageFilter;
  readonly overlay: GridOverlay | undefined;
  readonly view: PictureView | undefined;
  readonly columns: number;
  readonly begin: number;
  readonly count: number;
}) {
  const { id, filter, overlay, view, columns, begin, count } = props;
  /** Position of the image in the lightbox. */
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const [focus, setFocus] = useState(0);
  const virtual = useVirtualRows(Math.ceil(count / columns), { height: TILE + 12, overscan: 3 });
  const { scroller, rows, visible, range } = virtual;
  const list = ['datasets.images', { id, ...filter }] as const;
  const shown = { from: begin + range.from * columns, to: begin + range.to * columns };
  const itemAt = useItems(list, shown, { size: PAGE });
  // The neighbours are loaded with the image in the lightbox.
  const near = {
    from: begin + Math.max(0, (opened ?? 0) - 1),
    to: begin + Math.min(count, (opened ?? 0) + 2),
  };
  const nearAt = useItems(list, near, { size: PAGE });
  const openedItem = opened === undefined ? undefined : nearAt(begin + opened);
  const moveFocus = (next: number) => {
    setFocus(next);
    rows.scrollToIndex(Math.floor(next / columns));
    // The row may not be rendered yet.
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        scroller.current?.querySelector<HTMLElement>(`[data-at="${next}"]`)?.focus(),
      ),
    );
  };
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const jump = { Home: 0, End: count - 1 }[event.key];
    if (by === undefined && jump === undefined) return;
    event.preventDefault();
    moveFocus(Math.min(count - 1, Math.max(0, jump ?? focus + by!)));
  };
  return (
    <>
      <section
        ref={scroller}
        className={classes['grid']!}
        aria-label="Images; arrow keys move"
        onKeyDown={move}
      >
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {visible.map((row) => (
            <div
              key={row.key}
              className={classes['row']!}
              style={{
                top: row.start,
                height: row.size,
                gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              }}
            >
              {Array.from(
                { length: Math.min(columns, count - row.index * columns) },
                (_, column) => {
                  const at = row.index * columns + column;
                  const item = itemAt(begin + at);
                  return (
                    <Tile
                      key={at}
                      at={at}
                      item={item}
                      view={view}
                      focusable={at === focus}
                      overlay={
                        overlay === undefined || item === undefined ? null : (
                          <ImageOverlay
                            id={id}
                            index={item.index}
                            side={THUMBNAIL}
                            view={overlay.view}
                          />
                        )
                      }
                      onOpen={() => item !== undefined && setOpened(at)}
                      onFocus={() => setFocus(at)}
                    />
                  );
                },
              )}
            </div>
          ))}
        </div>
      </section>
      <Lightbox
        count={count}
        at={opened}
        picture={openedItem === undefined ? undefined : pictureOf(openedItem, view)}
        overlay={
          overlay === undefined || openedItem === undefined ? null : (
            <ImageOverlay
              id={id}
              index={openedItem.index}
              side={LARGE}
              view={overlay.view}
              hasNames
            />
          )
        }
        controls={overlay?.controls}
        onMove={setOpened}
        onClose={() => {
          if (opened !== undefined) moveFocus(opened);
          setOpened(undefined);
        }}
        returnFocus={false}
      />
    </>
  );
}

function Tile(props: {
  readonly at: number;
  readonly item: ImageItem | undefined;
  readonly view: PictureView | undefined;
  readonly focusable: boolean;
  readonly overlay: ReactNode;
  readonly onOpen: () => void;
  readonly onFocus: () => void;
}) {
  const { at, item, view, focusable, overlay, onOpen, onFocus } = props;
  const name = item === undefined ? 'Loading' : pictureName(item.path);
  return (
    <UnstyledButton
      className={classes['tile']!}
      data-at={at}
      tabIndex={focusable ? 0 : -1}
      aria-label={item === undefined ? 'Loading' : tileName(item)}
      onClick={onOpen}
      onFocus={onFocus}
    >
      {item === undefined ? (
        <span />
      ) : (
        <span className={classes['shown']!}>
          <img
            className={
              Math.max(item.width, item.height) <= SMALL_SIDE
                ? `${classes['picture']} ${classes['small']}`
                : classes['picture']
            }
            src={imageAddress(item.path, THUMBNAIL, viewOf(item, view))}
            alt=""
            decoding="async"
          />
          {overlay}
        </span>
      )}
      <span className={classes['label']!}>{item?.class ?? name}</span>
    </UnstyledButton>
  );
}

/** The name of a tile; what is written on it is part of it. */
function tileName({ path, width, height, class: name }: ImageItem): string {
  const text = `${pictureName(path)}, ${width} by ${height}`;
  return name === undefined ? text : `${text}, ${name}`;
}

/** Pictures of 8 bits in grey or RGB are shown as they are. */
function viewOf({ channels }: ImageItem, view: PictureView | undefined) {
  return channels === undefined ? undefined : view;
}

function pictureOf(item: ImageItem, view: PictureView | undefined): Picture {
  const { path, width, height, bytes, format, channels, class: name } = item;
  const details = [bytesText(bytes), format, channels && countOf(channels, 'channel')];
  const picture = {
    path,
    width,
    height,
    details: details.filter(Boolean).join(' · '),
    ...defined({ view: viewOf(item, view) }),
  };
  return name === undefined ? picture : { ...picture, caption: `class ${name}` };
}
