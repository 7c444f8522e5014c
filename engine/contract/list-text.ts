/** `a, b or c`. */
export function listText(items: readonly string[]): string {
  const [last = ''] = items.slice(-1);
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} or ${last}`;
}
