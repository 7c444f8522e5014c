/** The curves of what a run learns, as a picture. */
import { groupMatch, matchGroupText } from '../contract/match-groups.ts';
import { percentText } from '../contract/number-text.ts';
import { termOf } from '../contract/terms.ts';
import type { LearningEvent } from '../runs/events.ts';
import { type Line, type LineChart, lineChartsSvg } from './figures/line-charts.ts';
import type { LearningReport } from './learning-report.ts';

type Measured = (event: LearningEvent) => number | undefined;

const share = (value: number, apart: number) => percentText(value, apart < 0.01 ? 1 : 0);
const number = (value: number) => String(Number(value.toPrecision(3)));

/** An SVG picture; steps with an alarm are marked. */
export function learningFigure(report: LearningReport): string {
  const { name, measurements, alarms } = report;
  return lineChartsSvg({
    title: `What ${name} learns`,
    charts: chartsOf(measurements),
    marks: alarms.map(({ step }) => step),
    notes: alarms.map(({ step, code }) => `Alarm at step ${step}: ${code}`),
  });
}

function chartsOf(events: readonly LearningEvent[]): LineChart[] {
  const line = (label: string, value: Measured, look?: Line['look']): Line => {
    const measured = events.filter((event) => value(event) !== undefined);
    const steps = measured.map(({ step }) => step);
    const values = measured.map((event) => value(event)!);
    return { label, steps, values, ...(look === undefined ? {} : { look }) };
  };
  const last = events.at(-1)!;
  const inNorms = ({ gradientNorms }: LearningEvent, part: string) =>
    gradientNorms.find((one) => one.part === part)?.norm;
  return [
    {
      title: termOf('probeMatch'),
      text: share,
      lines: [
        line('own image', ({ match }) => match),
        line('by position alone', ({ positionMatch }) => positionMatch),
        line('chance', ({ chance }) => chance, 'reference'),
      ],
    },
    {
      title: termOf('matchByVisible'),
      text: share,
      lines: (['most', 'some', 'few'] as const).map((group) =>
        line(matchGroupText(group), ({ matchByVisible }) => groupMatch(matchByVisible, group)),
      ),
    },
    {
      title: termOf('onlineKnn'),
      text: share,
      lines: [
        line('teacher', ({ knnAccuracy }) => knnAccuracy),
        line('most frequent class', ({ knnChance }) => knnChance, 'reference'),
      ],
    },
    {
      title: termOf('agreement'),
      text: number,
      lines: [
        line('masked patches', ({ agreement }) => agreement),
        line('visible patches', ({ visibleAgreement }) => visibleAgreement),
      ],
    },
    {
      title: termOf('effectiveRank'),
      text: number,
      lines: [
        line('teacher', ({ featureRank }) => featureRank),
        line('student', ({ studentFeatureRank }) => studentFeatureRank),
      ],
    },
    {
      title: termOf('featureSpread'),
      text: number,
      lines: [
        line('mean', ({ featureSpread }) => featureSpread),
        line('least', ({ leastFeatureSpread }) => leastFeatureSpread),
      ],
    },
    {
      title: termOf('teacherDistance'),
      text: share,
      lines: [line('distance', ({ teacherDistance }) => teacherDistance)],
    },
    {
      title: termOf('predictionEntropy'),
      text: share,
      lines: [line('entropy', ({ predictionEntropy }) => predictionEntropy)],
    },
    {
      title: termOf('attentionEntropy'),
      text: share,
      lines: last.attentionEntropy.map((_, block) =>
        line(`block ${block + 1}`, ({ attentionEntropy }) => attentionEntropy[block]),
      ),
    },
    {
      title: termOf('partGradientNorm'),
      text: number,
      logarithmic: true,
      lines: last.gradientNorms.map(({ part }) =>
        line(partText(part), (event) => inNorms(event, part)),
      ),
    },
  ];
}

/** `block 1`, as people count. */
function partText(part: string): string {
  const block = /^blocks\.(\d+)$/.exec(part)?.[1];
  return block === undefined ? part : `block ${Number(block) + 1}`;
}
