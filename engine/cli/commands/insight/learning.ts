import { defined } from '../../../contract/defined.ts';
import type { LearningReport } from '../../../insight/learning-report.ts';
import type { LearningEvent } from '../../../runs/events.ts';
import type { Command } from '../../command.ts';
import { countOf, countText, percentText } from '../../format.ts';
import { table } from '../../output.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';
import { PNG_OPTION, pngTarget } from './png-option.ts';

/** Most measurements that people are shown. */
const MOST_ROWS = 12;

export const command: Command = {
  name: 'insight learning',
  details: `With --json each measurement is an object. ${RUN_HELP}`,
  positionals: ['RUN'],
  options: { ...PNG_OPTION, ...RUN_OPTIONS },
  examples: [
    'conmim insight learning holiday',
    'conmim insight learning holiday --png learning.png',
  ],
  async run(call) {
    const { args, out, host, parts } = call;
    const png = pngTarget(call);
    const workspace = workspaceOf(args, host);
    const report = await parts.readLearning({ workspace, run: args.positionals[0]! });
    const { id, dir, totalSteps, measurements, alarms, band } = report;
    if (png !== undefined) await parts.drawLearning(report, png);
    for (const measurement of measurements) out.record(measurement);
    for (const alarm of alarms) out.record(alarm);
    out.record({
      type: 'insight',
      view: 'learning',
      id,
      dir,
      totalSteps,
      measurements: measurements.length,
      alarms: alarms.map(({ code, step }) => ({ code, step })),
      ...defined({ band, png }),
    });
    out.result(reportText(report));
    if (png !== undefined) out.result(`Drawn: ${png}`);
  },
};

function reportText({ name, totalSteps, measurements, alarms, band }: LearningReport): string {
  const shown = spread(measurements, MOST_ROWS);
  const left = measurements.length - shown.length;
  return [
    `${name}: ${countOf(measurements.length, 'measurement')} up to step ${countText(measurements.at(-1)!.step)} of ${countText(totalSteps)}`,
    table([HEADINGS, ...shown.map(cells)], '  '),
    ...(left === 0
      ? []
      : [`  ${countOf(left, 'more', 'more')}; --json gives all of them, with all numbers.`]),
    ...(alarms.length === 0
      ? ['No alarm was given.']
      : alarms.map(
          ({ step, code, message, advice }) =>
            `Alarm at step ${countText(step)}, ${code}: ${[message, advice].filter(Boolean).join(' ')}`,
        )),
    ...(band === undefined
      ? []
      : [
          `${countOf(band.runs.length, 'earlier run')} of the same recipe gave no alarm; --json has the band of their curves.`,
        ]),
  ].join('\n');
}

const HEADINGS = [
  'STEP',
  'MATCH',
  'BY POSITION',
  'AGREEMENT',
  'RANK',
  'DEAD',
  'TEACHER DISTANCE',
  'ENTROPY',
  'KNN',
];

function cells(event: LearningEvent): string[] {
  const { step, match, positionMatch, agreement, featureRank, width } = event;
  return [
    countText(step),
    percentText(match),
    positionMatch === undefined ? '' : percentText(positionMatch),
    agreement.toFixed(3),
    `${featureRank.toFixed(1)} of ${width}`,
    countText(event.deadFeatures),
    percentText(event.teacherDistance),
    percentText(event.predictionEntropy),
    event.knnAccuracy === undefined ? '' : percentText(event.knnAccuracy),
  ];
}

/** At most `most` of them, evenly, with the first and the last. */
function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from(
    { length: most },
    (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!,
  );
}
