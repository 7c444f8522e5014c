/**
 * Emulation of float16 on the processor: float32 products whose operands and results are rounded to
 * float16. The application offers float16 on graphics cards only.
 */
import type { Recipe } from '../../../contract/recipe.ts';
import { executorOf } from '../../../executors/devices.ts';
import type { Program, UntypedProgram } from '../../../executors/executor.ts';
import { initialNetworks, PretrainLearner, pretrainModule } from '../pretrain-learner.ts';
import type { PretrainEntries } from '../pretrain-module.ts';

/** @param alter wraps the compiled program */
export async function emulatedHalf(
  recipe: Recipe,
  alter: (program: UntypedProgram) => UntypedProgram = (program) => program,
): Promise<PretrainLearner> {
  const module = pretrainModule(recipe);
  const program = await executorOf('onnxruntime').compile(module, { precision: 'float16' });
  await program.writeState(initialNetworks(recipe));
  return new PretrainLearner(
    alter(program) as Program<PretrainEntries>,
    recipe,
    module.state.keys(),
  );
}
