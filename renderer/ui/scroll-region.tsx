/** A scrollable region that the keyboard can scroll too. */
import type { ReactNode } from 'react';

export function ScrollRegion(props: {
  readonly label: string;
  /** Pixels; `all` scrolls sideways alone. */
  readonly height?: number | 'all';
  readonly children: ReactNode;
}) {
  return (
    <section
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
      tabIndex={0}
      style={{
        maxHeight: props.height === 'all' ? 'none' : (props.height ?? 320),
        overflow: 'auto',
      }}
    >
      {props.children}
    </section>
  );
}
