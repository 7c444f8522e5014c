import { maskedPatches, type StudentStep } from '../../../contract/studio/student.ts';
import { usageError } from '../../../contract/usage-error.ts';
import type { StudentReport, StudentScore } from '../../../insight/student-report.ts';
import type { Command } from '../../command.ts';
import { countOf, countText, percentText } from '../../format.ts';
import { type Output, table } from '../../output.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';
import { PNG_OPTION, pngTarget } from './png-option.ts';

export const command: Command = {
  name: 'insight student',
  details: `With --json each image has its masked patches with the patches that were taken for them. ${RUN_HELP}`,
  positionals: ['RUN'],
  options: {
    step: {
      value: 'N',
      help: 'After this step (default the newest; drawn also the first and one between).',
    },
    ...PNG_OPTION,
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim insight student holiday',
    'conmim insight student holiday --step 400 --png student.png',
  ],
  async run(call) {
    const { args, out, host, parts } = call;
    const png = pngTarget(call);
    const asked = args.integer('step');
    const workspace = workspaceOf(args, host);
    const report = await parts.readStudent({ workspace, run: args.positionals[0]! });
    const { id, dir, views, steps } = report;
    const shown = asked === undefined ? steps.at(-1)! : stepOf(report, asked);
    const { studentScore } = await import('../../../insight/student-report.ts');
    const scores = steps.map((step) => studentScore(views, step));
    if (png !== undefined)
      await parts.drawStudent(report, asked === undefined ? threeOf(steps) : [shown], png);
    recordImages(out, report, shown);
    const files = png === undefined ? {} : { png };
    out.record({
      type: 'insight',
      view: 'student',
      id,
      dir,
      step: shown.step,
      steps: scores,
      ...files,
    });
    out.result(scoresText(report, scores));
    if (png !== undefined) out.result(`Drawn: ${png}`);
  },
};

function stepOf({ name, steps }: StudentReport, asked: number): StudentStep {
  const found = steps.find(({ step }) => step === asked);
  if (found !== undefined) return found;
  const kept = steps.map(({ step }) => step).join(', ');
  throw usageError(
    `What the student of ${name} saw is not kept for step ${asked}, but for ${kept}.`,
  );
}

/** The first, one in the middle, and the last. */
function threeOf(steps: readonly StudentStep[]): StudentStep[] {
  const places = new Set([0, Math.floor((steps.length - 1) / 2), steps.length - 1]);
  return [...places].map((place) => steps[place]!);
}

function recordImages(out: Output, { views }: StudentReport, { step, images }: StudentStep): void {
  const { rows, cols } = views;
  const placeOf = (patch: number) => [Math.floor(patch / cols), patch % cols];
  for (const [i, { path, ...image }] of views.images.entries()) {
    const found = images[i];
    if (found === undefined) continue;
    const patches = maskedPatches(image, found).map(({ patch, taken, ...probabilities }) => ({
      at: placeOf(patch),
      taken: placeOf(taken),
      found: patch === taken,
      ...probabilities,
    }));
    out.record({ type: 'student', step, path, rows, cols, patches });
  }
}

function scoresText({ name, views }: StudentReport, scores: readonly StudentScore[]): string {
  const { rows, cols, images } = views;
  const rowsOf = scores.map(({ step, masked, found, ownProbability }) => [
    countText(step),
    `${countText(found)} of ${countText(masked)}`,
    percentText(masked === 0 ? 0 : found / masked),
    percentText(ownProbability),
  ]);
  return [
    `${name}: masked patches of ${countOf(images.length, 'image')} that the student found among ${rows * cols}`,
    table([['STEP', 'FOUND', 'SHARE', 'PROBABILITY OF ITS OWN'], ...rowsOf], '  '),
  ].join('\n');
}
