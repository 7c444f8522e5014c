import path from 'node:path';
import { STUDY_FILE } from '../../contract/study/study.ts';
import { studyNotes, studyTable } from '../../contract/study/study-text.ts';
import { summarise } from '../../contract/study/summary.ts';
import { usageError } from '../../contract/usage-error.ts';
import type { CommandCall } from '../command.ts';
import { checkReporter } from '../device-option.ts';
import { excludedLists } from '../excluded-lists.ts';
import { countOf, percentText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { table } from '../output.ts';
import { imageFolders } from '../pretrain-order.ts';
import { showFiles } from '../report.ts';
import { ON_INTERRUPT, readOverrides, START_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('study', {
  details: `--vary jitter:gray=0.8:0.2,0:0 changes settings together; values with commas are separated by bars. A study is a folder with ${STUDY_FILE}; given again, it resumes with what is missing, also with more --seeds.`,
  options: START_OPTIONS,
  examples: [
    'conmim study --data photos --recipe micro --steps 300 --vary temperature=0.05,0.1,0.2 --vary mask_ratio=0.6,0.75 --seeds 3 --judge knn --train labelled/train --eval labelled/test',
    'conmim study --data photos --recipe micro --steps 300 --search halving --trials 12 --vary lr=1e-4..1e-2 --train labelled/train --eval labelled/test --save best',
  ],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const workspace = workspaceOf(args, host);
    if (request.recipe === undefined) throw usageError('--recipe RECIPE is missing.');
    const { loadRecipe } = await import('../../recipes/load.ts');
    const overrides = readOverrides(request.settings, args);
    const source = { folder: host.cwd, workspace };
    const { name, preset, recipe } = loadRecipe(request.recipe, overrides, source);
    // A preset keeps the length of the recipe, since the trainings of a study are short.
    const { steps: _, epochs: __, ...kept } = request.settings;
    const usual = loadRecipe(request.recipe, kept, source).recipe;
    if (recipe.steps === null)
      throw usageError('--steps N is missing: the length of the trainings of the study.');
    const folder = path.resolve(host.cwd, request.out ?? path.join(workspace, 'study'));
    const study = await parts.study({
      workspace,
      name: path.basename(folder) === 'results' ? 'study' : path.basename(folder),
      recipeName: name,
      recipe,
      data: await imageFolders(call, request.folders),
      ...excludedLists(call, request.exclude),
      vary: request.vary,
      search: request.search,
      trials: request.trials,
      seeds: request.seeds,
      steps: recipe.steps,
      judge: { name: request.judge, k: request.k },
      train: path.resolve(host.cwd, request.train),
      eval: path.resolve(host.cwd, request.eval),
      device: request.device,
      out: folder,
      onWait: (text) => out.waiting(text),
      onInterrupt: () => out.note(ON_INTERRUPT),
      onDeviceCheck: checkReporter(out),
      onResult(result, state) {
        const { done, total } = summarise(state);
        const settings = state.trials[result.trial]!;
        out.record({ type: 'trial', ...result, settings, done, total });
        const changed = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
        out.note(
          `${done}/${total}  ${changed.join(', ')}  seed ${result.seed}: kNN ${percentText(result.score)} (untrained ${percentText(result.untrained)})`,
        );
      },
      onFailure(failure, state) {
        const { done, total } = summarise(state);
        out.record({ type: 'trial-failed', ...failure, done, total });
        out.note(`${done}/${total}  ${failure.message}`);
      },
    });
    const { studyFileNames } = await import('../../studies/study-files.ts');
    const found = summarise(study);
    const saved =
      request.save === undefined || found.best === undefined
        ? undefined
        : await saveBest(call, {
            workspace,
            name: request.save,
            preset,
            recipe: usual,
            best: found.best,
          });
    const files = studyFileNames(study).map((file) => path.join(folder, file));
    const { rows, effects, best } = found;
    out.record({
      type: 'study',
      out: folder,
      rows,
      effects,
      ...(best === undefined ? {} : { best }),
      ...(saved === undefined ? {} : { preset: saved }),
      files,
    });
    out.result(table(studyTable(study, found)));
    for (const note of studyNotes(study, found)) out.result(note);
    if (saved !== undefined) out.result(`Saved as the preset ${saved}.`);
    showFiles(out, files);
    out.note(countOf(found.done, 'training'));
  },
});

/** Save the recipe with the changes of the best trial; its length and seed stay those of the recipe. */
async function saveBest(
  { parts }: CommandCall,
  order: {
    readonly workspace: string;
    readonly name: string;
    readonly preset: Parameters<CommandCall['parts']['savePreset']>[1]['preset'];
    readonly recipe: object;
    readonly best: { readonly settings: Readonly<Record<string, string>> };
  },
): Promise<string> {
  const { parseRecipe } = await import('../../contract/recipe.ts');
  const { workspace, name, preset, recipe, best } = order;
  const changed = parseRecipe(recipe as never, best.settings);
  const saved = await parts.savePreset(
    workspace,
    { kind: 'pretrain', name, preset, recipe: changed },
    { replace: true },
  );
  return saved.name;
}
