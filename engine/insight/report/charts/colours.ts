/** Colours of charts: in a page by its style sheet, in files of their own by value. */
export interface ChartColours {
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  /** The ground; a page has its own. */
  readonly ground?: string;
  /** Of curves, in their order. */
  readonly lines: readonly string[];
}

/** For charts within a page, light or dark. */
export const PAGE_COLOURS: ChartColours = {
  ink: 'var(--ink)',
  faint: 'var(--faint)',
  grid: 'var(--grid)',
  lines: ['var(--line-1)', 'var(--line-2)', 'var(--line-3)', 'var(--line-4)'],
};

export const FILE_COLOURS: ChartColours = {
  ink: '#1f2937',
  faint: '#6b7280',
  grid: '#e5e7eb',
  ground: '#ffffff',
  lines: ['#2563eb', '#c2410c', '#15803d', '#7c3aed'],
};
