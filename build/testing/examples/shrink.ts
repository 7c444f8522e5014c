/** The words of an example with settings with which a test can run it in a moment. */

/** A network that trains hundreds of steps a second. */
const SMALL: Readonly<Record<string, number>> = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 24,
  depth: 3,
  heads: 3,
};
const SMALL_METHOD = { mlp_dim: 32, proj_dim: 16, mask_cell: 8 };
const SHORT = { batch_size: 4, warmup_epochs: 0, workers: 0 };
/** Lengths and sizes, which settings replace. */
const REPLACED = new Set([
  '--epochs',
  '--steps',
  '--seeds',
  '--fractions',
  '--port',
  '--count',
  '--trials',
  '--blocks',
]);

/**
 * @param words of a command
 * @param step  of the checkpoint that there is
 * @param cwd   where absolute folders are
 */
export function shrink(words: readonly string[], step: number, cwd: string): string[] {
  const [command] = words;
  const given = words.map((word) =>
    word === 'RUN' ? 'holiday' : word.replaceAll('/data/', `${cwd}/data/`),
  );
  const replace = (option: string, value: string) => {
    const at = given.indexOf(option);
    if (at > 0) given[at + 1] = value;
  };
  replace('--checkpoint', String(step));
  // Of several, the others are of the start.
  for (const at of given.keys())
    if (at > given.indexOf('--checkpoint') + 1 && given[at - 1] === '--checkpoint') given[at] = '0';
  // A run is measured first after a hundredth of its steps, and its images have four by four patches.
  replace('--step', '1');
  replace('--patch', '1,2');
  // One value of each setting is one training.
  if (command === 'study')
    for (const [i, word] of given.entries())
      if (given[i - 1] === '--vary') given[i] = word.split(',')[0]!;
  if (command === 'bench') {
    // Hundreds of crops are measured.
    replace('--image-size', '32');
    return given.map((word, i) => (given[i - 1] === '--recipe' ? 'micro' : word));
  }
  const kept = given.filter(
    (word, i) => !REPLACED.has(word) && !(i > 0 && REPLACED.has(given[i - 1]!)),
  );
  return [...kept, ...optionsOf(command!, given)];
}

function optionsOf(command: string, given: readonly string[]): string[] {
  const set = (settings: Readonly<Record<string, number>>) =>
    Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const isNew = !given.includes('--from') || given.includes('scratch');
  const passes = given.some((word) => word.startsWith('micro_batch=')) ? { micro_batch: 2 } : {};
  switch (command) {
    case 'pretrain':
    case 'estimate':
      return set({
        ...SHORT,
        ...passes,
        steps: 1,
        ...(isNew ? { ...SMALL, ...SMALL_METHOD } : {}),
      });
    case 'finetune':
      return set({ ...SHORT, steps: 1, image_size: 32, ...(isNew ? SMALL : {}) });
    case 'compare':
      return [...set({ ...SHORT, steps: 1 }), '--seeds', '1', '--fractions', '1'];
    case 'insight':
      // Each number of tuned blocks is two trainings.
      return given[1] === 'partial'
        ? [...set({ ...SHORT, steps: 1 }), '--seeds', '1', '--blocks', '0,all']
        : [];
    case 'study':
      return [
        ...set({ ...SHORT, ...SMALL, ...SMALL_METHOD, steps: 1 }),
        ...['--seeds', '1'],
        ...(given.includes('--search') ? ['--trials', '1'] : []),
      ];
    case 'sample-data':
      return ['--count', '12'];
    case 'serve':
      return ['--port', '0'];
    default:
      return [];
  }
}
