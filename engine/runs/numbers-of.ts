/** The numbers of an event by their names; what is not finite is left out. */
export function numbersOf(event: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [key, value] of Object.entries(event))
    if (typeof value === 'number' && Number.isFinite(value)) numbers[key] = value;
  return numbers;
}
