/**
 * What things are called: the field's term, with an explanation for newcomers.
 *
 * Pages, commands, reports and docs/glossary.md read this table, so that they cannot differ. Settings of
 * recipes have their titles in `settings/`. Texts use `term`; a tooltip or the glossary adds `meaning`.
 */

interface Term {
  /** As a label: with a capital where it is no name. */
  readonly term: string;
  /** One sentence without a full stop, which begins in lower case. */
  readonly meaning: string;
}

const scores = {
  top1: {
    term: 'Top-1 accuracy',
    meaning: 'share of images whose most probable class is the actual one',
  },
  top5: {
    term: 'Top-5 accuracy',
    meaning: 'share of images whose actual class is among the five most probable ones',
  },
  trainingAccuracy: {
    term: 'Training accuracy',
    meaning: 'top-1 accuracy on the batch of a step, with augmentation',
  },
  trainingScore: {
    term: 'Training score',
    meaning: 'score on the batch of a step, with augmentation',
  },
  validationAccuracy: {
    term: 'Validation accuracy',
    meaning: 'top-1 accuracy on the validation set, which is not trained on',
  },
  tokenMatch: {
    term: 'Token match',
    meaning: 'share of masked patches whose most similar teacher patch is their own',
  },
  chance: { term: 'Chance level', meaning: 'what a score would be by guessing' },
  loss: {
    term: 'Loss',
    meaning: 'what training minimises: cross-entropy in nats, the mean over a batch',
  },
  precision: {
    term: 'Precision',
    meaning: 'share of the predictions of a class that are correct',
  },
  recall: {
    term: 'Recall',
    meaning: 'share of the images of a class that are predicted correctly',
  },
  f1: { term: 'F1', meaning: 'harmonic mean of precision and recall' },
  macroF1: { term: 'Macro F1', meaning: 'mean F1 over classes, each counted equally' },
  microF1: { term: 'Micro F1', meaning: 'F1 of the predictions of all labels together' },
  balancedAccuracy: {
    term: 'Balanced accuracy',
    meaning: 'mean recall over classes, each counted equally',
  },
  averagePrecision: {
    term: 'Average precision',
    meaning:
      'mean of a label’s precisions at each distinct score, weighted by the growth of recall (AP)',
  },
  mAP: {
    term: 'Mean average precision',
    meaning: 'mean over labels of the average precision (mAP)',
  },
  interval: {
    term: '95 % interval',
    meaning: 'range of a score over other draws of as many images, by the bootstrap',
  },
  confusionMatrix: {
    term: 'Confusion matrix',
    meaning: 'number of images by actual and predicted class',
  },
  actual: { term: 'Actual', meaning: 'class that the label names' },
  predicted: { term: 'Predicted', meaning: 'class with the highest probability' },
  confidence: { term: 'Confidence', meaning: 'probability of the predicted class' },
  accuracy: { term: 'Accuracy', meaning: 'share of predictions that are correct' },
  calibration: {
    term: 'Calibration',
    meaning:
      'agreement of confidence and accuracy; an overconfident model is correct less often than its confidence says',
  },
  ece: {
    term: 'Calibration error (ECE)',
    meaning: 'mean difference of confidence and accuracy over bins of confidence',
  },
} as const satisfies Record<string, Term>;

const training = {
  recipe: { term: 'Recipe', meaning: 'all settings of a training; a preset or a JSON file' },
  step: { term: 'Step', meaning: 'one update of the parameters, by one batch' },
  epoch: { term: 'Epoch', meaning: 'as many steps as it takes to see every image once' },
  batch: {
    term: 'Batch, micro-batch',
    meaning: 'images of one step; those of them that are computed together',
  },
  seed: { term: 'Seed', meaning: 'start of all random numbers of a training' },
  gradientNorm: {
    term: 'Gradient norm',
    meaning: 'length of the gradient over all parameters, before clipping',
  },
  throughput: { term: 'Throughput (images/s)', meaning: 'images trained on in a second' },
  dataWait: {
    term: 'Data-loading wait',
    meaning: 'share of the time in which training waits for images',
  },
  memory: { term: 'Memory', meaning: 'main memory of the training process' },
  machineMemory: { term: 'Memory of the machine', meaning: 'main memory that all programs use' },
  cpuUse: {
    term: 'CPU use',
    meaning: 'share of all cores that is computing, by the training process and by all programs',
  },
  gpuUse: {
    term: 'GPU use',
    meaning: 'share of the time in which the busiest NVIDIA card computes, for any program',
  },
  gpuMemory: {
    term: 'GPU memory',
    meaning: 'memory in use on all NVIDIA cards, by all programs',
  },
  smoothing: {
    term: 'Smoothing',
    meaning: 'moving average of a curve; measured values stay visible, paler',
  },
  trainingSet: { term: 'Training set', meaning: 'images that a network learns from' },
  validationSet: {
    term: 'Validation set',
    meaning: 'images that a network is evaluated on and does not learn from',
  },
  referenceSet: {
    term: 'Reference set',
    meaning: 'labelled images among which nearest neighbours are looked up',
  },
  validationSplit: {
    term: 'Validation split',
    meaning: 'share of the training set that is set apart as validation set',
  },
  leak: { term: 'Leak', meaning: 'validation image that was also trained on' },
  duplicates: {
    term: 'Duplicates',
    meaning: 'images with the same content; near duplicates look alike',
  },
  evaluation: { term: 'Evaluation', meaning: 'scores of a network on a validation set' },
  primaryScore: {
    term: 'Primary score',
    meaning: 'score by which the best checkpoint is chosen and runs are compared',
  },
  checkpoint: { term: 'Checkpoint', meaning: 'saved state of a run, from which it can be resumed' },
  bestCheckpoint: {
    term: 'Best checkpoint',
    meaning: 'checkpoint of the best evaluation; the result of a fine-tuning',
  },
} as const satisfies Record<string, Term>;

const networks = {
  patch: {
    term: 'Patch, token',
    meaning: 'square of the image; vector that stands for it, or for the whole image (class token)',
  },
  parameters: { term: 'Parameters', meaning: 'numbers of a network that training changes' },
  trunk: { term: 'Trunk', meaning: 'transformer of a network, without head and projector' },
  head: { term: 'Head', meaning: 'last layer, which gives a score to each class' },
  projector: {
    term: 'Projector',
    meaning: 'small network after the trunk whose outputs are contrasted in pre-training',
  },
  temperature: {
    term: 'Temperature',
    meaning: 'divisor of similarities before the softmax',
  },
  student: { term: 'Student', meaning: 'network that pre-training trains, on masked images' },
  teacher: {
    term: 'Teacher',
    meaning: 'exponential moving average (EMA) of the student, which sees all patches',
  },
  emaMomentum: { term: 'EMA momentum', meaning: 'share of the teacher that is kept at each step' },
  maskRatio: { term: 'Mask ratio', meaning: 'share of patches that the student does not see' },
  embeddings: {
    term: 'Embeddings',
    meaning: 'features: one vector per image, for search, clustering and plots',
  },
  knn: {
    term: 'Nearest neighbours (kNN)',
    meaning: 'classification by the labels of the k most similar features, without training',
  },
  linearProbe: {
    term: 'Linear probe',
    meaning: 'training of a new last layer on frozen features',
  },
  partialFinetuning: {
    term: 'Partial fine-tuning',
    meaning: 'training of the last blocks and the head',
  },
  fullFinetuning: { term: 'Full fine-tuning', meaning: 'training of the whole network' },
  multilabel: {
    term: 'Multi-label',
    meaning: 'any number of labels an image, each with a probability of its own (sigmoid)',
  },
} as const satisfies Record<string, Term>;

const application = {
  workspace: {
    term: 'Workspace',
    meaning: 'folder that holds runs, jobs, data sets and imported networks',
  },
  run: { term: 'Run', meaning: 'one training with all its files; a folder in the workspace' },
  kind: {
    term: 'Kind',
    meaning: 'of a run: pre-training (without labels) or fine-tuning (with labels)',
  },
  task: { term: 'Task', meaning: 'what is learnt or evaluated: pre-training, classification, …' },
  job: { term: 'Job', meaning: 'one command given to the application; a folder in the workspace' },
  queue: { term: 'Queue', meaning: 'jobs that run, wait or failed recently' },
  events: { term: 'Events', meaning: 'checkpoints, evaluations, warnings and changes of status' },
  warnings: { term: 'Warnings', meaning: 'events that may need a change of settings or images' },
  configuration: { term: 'Configuration', meaning: 'recipe, data and versions of a run' },
  log: { term: 'Log', meaning: 'last lines that a process has printed' },
  resume: { term: 'Resume', meaning: 'continue a run from its newest checkpoint' },
  stop: { term: 'Stop', meaning: 'save a checkpoint and end; the run can be resumed' },
  rerun: { term: 'Rerun', meaning: 'start a job again with the same settings' },
  editAndRerun: {
    term: 'Edit and rerun',
    meaning: 'open the form with the settings of a job, to change them and start it again',
  },
  dismiss: { term: 'Dismiss', meaning: 'remove an ended job from the list; runs and files stay' },
  export: {
    term: 'Export',
    meaning: 'write a network for other programs, and compare its outputs',
  },
  continuation: {
    term: 'Continuation package',
    meaning: 'export of a pre-training with its optimizer state, to continue it on other images',
  },
  device: { term: 'Device', meaning: 'what computes: `cpu`, `webgpu`, `cuda:0`, …' },
} as const satisfies Record<string, Term>;

const code = {
  learner: { term: 'Learner', meaning: 'what holds the state of training on a device and steps' },
  loader: { term: 'Loader', meaning: 'what gives batches, read ahead by worker threads' },
  module: {
    term: 'Module, entry',
    meaning:
      'named state and the graphs over it; one of the graphs, such as `gradients`, with the names of its feeds and results in its type',
  },
  op: {
    term: 'Op, composite',
    meaning: 'a primitive of the tensor language; one with a decomposition into primitives',
  },
  executor: {
    term: 'Executor',
    meaning: 'what runs modules: `reference`, `onnxruntime`, `tfjs`',
  },
  trait: {
    term: 'Trait',
    meaning:
      'what holds for every device of a kind: what computes, the longest sum in half precision',
  },
  pack: { term: 'Pack', meaning: 'parameters that the optimizer updates as one vector' },
} as const satisfies Record<string, Term>;

/** The table by heading, in the order of the glossary. */
export const TERM_GROUPS = {
  Training: training,
  Scores: scores,
  Networks: networks,
  'The application': application,
  'In the code': code,
} as const satisfies Record<string, Readonly<Record<string, Term>>>;

const TERMS = { ...training, ...scores, ...networks, ...application, ...code };
export type TermKey = keyof typeof TERMS;
export const TERM_KEYS = Object.keys(TERMS) as TermKey[];

export function termOf(key: TermKey): string {
  return TERMS[key].term;
}

/** A sentence for a tooltip. */
export function meaningOf(key: TermKey): string {
  const { meaning } = TERMS[key];
  return `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
}

const KEY_OF: ReadonlyMap<string, TermKey> = new Map(TERM_KEYS.map((key) => [termOf(key), key]));

export function meaningOfLabel(label: string): string | undefined {
  const key = KEY_OF.get(label);
  return key === undefined ? undefined : meaningOf(key);
}

/** Within a sentence: `top-1 accuracy`, but `F1` and `EMA momentum`. */
export function inSentence(term: string): string {
  return /^[A-Z][a-z]/.test(term) ? `${term.charAt(0).toLowerCase()}${term.slice(1)}` : term;
}
