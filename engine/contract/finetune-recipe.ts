/**
 * A fine-tuning recipe: every setting of one run on labelled images.
 *
 * The keys are a contract, as those of a pre-training recipe; what both have has one name.
 */
import type { z } from 'zod';
import { finetuneFields } from './finetune-settings.ts';
import { commonProblems } from './recipe.ts';
import { type CrossProblem, defineSettings } from './settings.ts';

export type FinetuneRecipe = Readonly<z.output<z.ZodObject<typeof finetuneFields>>>;
export type FinetuneKey = keyof FinetuneRecipe;

function crossChecks(recipe: FinetuneRecipe): CrossProblem<FinetuneKey>[] {
  const { trained_blocks: trained, depth } = recipe;
  const problems: CrossProblem<FinetuneKey>[] = [...commonProblems(recipe)];
  if (trained !== null && trained > depth)
    problems.push({ key: 'trained_blocks', allowed: `at most the ${depth} blocks of the network` });
  return problems;
}

const settings = defineSettings({
  fields: finetuneFields,
  crossChecks,
  listCommand: 'conmim recipes --show small --finetune',
});

export const FINETUNE_KEYS = settings.keys;
export const describeFinetuneSetting = settings.describe;

/** A complete, checked fine-tuning recipe. */
export const parseFinetuneRecipe = settings.parse;
