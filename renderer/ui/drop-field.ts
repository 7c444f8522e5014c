/** Marks fields that accept drops, so that the drop overlay can name them. */

const ATTRIBUTE = 'data-drop-field';

/** Attributes for the element that accepts drops. */
export function dropField(label: string): Readonly<Record<string, string>> {
  return { [ATTRIBUTE]: label };
}

/** @returns the label of the field that contains an element; undefined if there is none */
export function fieldUnder(target: EventTarget | null): string | undefined {
  const field = target instanceof Element ? target.closest(`[${ATTRIBUTE}]`) : null;
  return field?.getAttribute(ATTRIBUTE) ?? undefined;
}
