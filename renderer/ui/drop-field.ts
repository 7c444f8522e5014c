/** Fields that take what is dropped on them, so that the window can say so. */

const ATTRIBUTE = 'data-drop-field';

/** For the element that takes it. */
export function dropField(label: string): Readonly<Record<string, string>> {
  return { [ATTRIBUTE]: label };
}

/** @returns the label of the field at a place of the page; undefined where there is none */
export function fieldUnder(target: EventTarget | null): string | undefined {
  const field = target instanceof Element ? target.closest(`[${ATTRIBUTE}]`) : null;
  return field?.getAttribute(ATTRIBUTE) ?? undefined;
}
