/** Made-up names, places and numbers that are in every file of bench/images/make-dicom.py. */
export const PRIVATE_WORDS = [
  'Zwiebelkranz',
  'Tibor',
  'PAT-0815',
  'XYZZY',
  '19230417',
  'Grumblewick',
  'Quarnholm',
  'Infirmary',
  'Vellumgate',
  'Oddlethorpe',
  'BRISKET',
  '19990131',
  'ACCESSION4711',
  '99887766',
  '55443322',
] as const;

/** The private words that are in a text, in any case. */
export function privateWordsIn(text: string): string[] {
  const lower = text.toLowerCase();
  return PRIVATE_WORDS.filter((word) => lower.includes(word.toLowerCase()));
}

/** All that an error says: message, advice, details, stack and causes. */
export function allOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = Object.getOwnPropertyNames(error).map((name) => Reflect.get(error, name) as unknown);
  const text = own.map((value) => (value instanceof Error ? allOf(value) : JSON.stringify(value)));
  return [String(error), ...text].join('\n');
}
