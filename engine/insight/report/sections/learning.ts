/** What a run measured of its learning, and its warnings. */
import { countOf, countText } from '../../../contract/number-text.ts';
import type { LearningBand } from '../../../contract/studio/learning-band.ts';
import { termOf } from '../../../contract/terms.ts';
import { bullets, type Markup, paragraph, type Section } from '../document.ts';
import { type CurveRule, drawn, share, short } from '../draw-curves.ts';
import type { RunReportData } from '../read-run.ts';

const LEARNING: readonly CurveRule[] = [
  {
    title: termOf('probeMatch'),
    text: share,
    curves: [
      ['probeMatch', 'Own image'],
      ['positionMatch', 'Position alone'],
    ],
  },
  {
    title: termOf('agreement'),
    text: short,
    curves: [
      ['agreement', 'Masked patches'],
      ['visibleAgreement', 'Visible patches'],
    ],
  },
  {
    title: termOf('effectiveRank'),
    text: short,
    curves: [
      ['featureRank', 'Teacher'],
      ['studentFeatureRank', 'Student'],
    ],
  },
  { title: termOf('teacherDistance'), text: share, curves: [['teacherDistance', '']] },
  { title: termOf('predictionEntropy'), text: share, curves: [['predictionEntropy', '']] },
  {
    title: termOf('attentionEntropy'),
    text: share,
    curves: [
      ['attentionEntropy', 'Last block'],
      ['firstAttentionEntropy', 'First block'],
    ],
  },
];

export function learningSection({ curves, band, warnings, brokenImages }: RunReportData): Section {
  const { learning } = curves;
  const parts: Markup[] = drawn(
    LEARNING.map((rule) => [learning, rule] as const),
    band,
  );
  if (parts.length > 0)
    parts.unshift(
      paragraph(
        `Measured every few steps on the same images of the data set, without labels.${bandText(band)}`,
      ),
    );
  const texts = warnings.map(
    ({ step, message, advice }) =>
      `Step ${countText(step)}: ${message}${advice === undefined ? '' : ` ${advice}`}`,
  );
  if (brokenImages > 0)
    texts.push(`${countOf(brokenImages, 'image')} could not be read; others were taken instead.`);
  return {
    title: 'What it learned, and alarms',
    parts: [...parts, texts.length === 0 ? paragraph('There was no warning.') : bullets(texts)],
  };
}

function bandText(band: LearningBand | undefined): string {
  if (band === undefined) return '';
  return ` The grey band is what ${countOf(band.runs.length, 'earlier run')} of the same recipe measured, without an alarm and whatever their seeds: from the least to the greatest.`;
}
