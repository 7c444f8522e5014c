/**
 * The label of a form field. A tooltip explains it when the pointer is on it, and when its field gets
 * the focus by keyboard; so there is no further stop for the Tab key.
 */
import { Tooltip } from '@mantine/core';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { meaningOf, meaningOfLabel, type TermKey } from '../../engine/contract/terms.ts';
import classes from './explained.module.css';

export function FieldLabel(props: {
  readonly label: string;
  /** The term that the label is about, where it is not the label itself. */
  readonly term?: TermKey;
  /** Another explanation than that of the term, such as the help of a setting. */
  readonly meaning?: string;
  readonly id?: string | undefined;
}) {
  const { label, term, id } = props;
  const ofTerm = term === undefined ? meaningOfLabel(label) : meaningOf(term);
  const meaning = props.meaning ?? ofTerm;
  const text = useRef<HTMLSpanElement>(null);
  const hasFocus = useKeyboardFocus(text);
  const [isHovered, setHovered] = useState(false);
  if (meaning === undefined) return <span id={id}>{label}</span>;
  return (
    <Tooltip
      label={meaning}
      multiline
      maw={320}
      opened={isHovered || hasFocus}
      // Content outside of landmarks is hard to find with a screen reader.
      portalProps={{ target: 'main' }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the tooltip follows the pointer */}
      <span
        ref={text}
        id={id}
        className={classes[props.meaning === undefined ? 'term' : 'setting']!}
        onMouseEnter={() => setHovered(true)}
        onMouseLeave={() => setHovered(false)}
      >
        {label}
      </span>
    </Tooltip>
  );
}

/** Whether the field of a label has the focus, and got it by keyboard; Escape ends it. */
function useKeyboardFocus(text: RefObject<HTMLElement | null>): boolean {
  const [hasFocus, setFocus] = useState(false);
  useEffect(() => {
    let byKey = false;
    const onKey = ({ key }: KeyboardEvent) => {
      byKey = true;
      if (key === 'Escape') setFocus(false);
    };
    const onPointer = () => {
      byKey = false;
      setFocus(false);
    };
    const onFocus = ({ target }: FocusEvent) => setFocus(byKey && isFieldOf(target, text.current));
    document.addEventListener('keydown', onKey, true);
    document.addEventListener('pointerdown', onPointer, true);
    document.addEventListener('focusin', onFocus);
    return () => {
      document.removeEventListener('keydown', onKey, true);
      document.removeEventListener('pointerdown', onPointer, true);
      document.removeEventListener('focusin', onFocus);
    };
  }, [text]);
  return hasFocus;
}

/** Whether a label with this text names the element, or the group that it is in. */
function isFieldOf(target: EventTarget | null, text: HTMLElement | null): boolean {
  if (!(target instanceof HTMLElement) || text === null) return false;
  const labels = 'labels' in target ? [...((target as HTMLInputElement).labels ?? [])] : [];
  if (labels.some((label) => label.contains(text))) return true;
  const group = target.closest('[aria-labelledby]');
  const ids = group?.getAttribute('aria-labelledby')?.split(' ') ?? [];
  return ids.some((id) => document.getElementById(id)?.contains(text) === true);
}
