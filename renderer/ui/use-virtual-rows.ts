/** Rows of a long list, of which only those in sight are rendered. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';

/**
 * @param options.height   expected height of a row, pixels
 * @param options.overscan rows that are rendered beyond the edges
 */
export function useVirtualRows(
  count: number,
  { height, overscan }: { readonly height: number; readonly overscan: number },
) {
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan,
  });
  const visible = rows.getVirtualItems();
  const [first, last] = [visible[0], visible.at(-1)];
  return {
    /** For the element that scrolls. */
    scroller,
    rows,
    visible,
    /** Positions in sight, the last one excluded. */
    range: { from: first?.index ?? 0, to: (last?.index ?? 0) + 1 },
    /** Height of the rows that are not rendered, pixels. */
    before: first?.start ?? 0,
    after: rows.getTotalSize() - (last?.end ?? 0),
  };
}
