/**
 * What things are called: the field's term, with an explanation for newcomers.
 *
 * Pages, commands, reports and docs/glossary.md read this table, so that they cannot differ. Settings of
 * recipes have their titles in `settings/`. Texts use `term`; a tooltip or the glossary adds `meaning`.
 */

/** A label, with a capital where it is no name; a sentence without a full stop, in lower case. */
type Term = readonly [term: string, meaning: string];

const scores = {
  top1: ['Top-1 accuracy', 'share of images whose most probable class is the actual one'],
  top5: [
    'Top-5 accuracy',
    'share of images whose actual class is among the five most probable ones',
  ],
  trainingAccuracy: [
    'Training accuracy',
    'top-1 accuracy on the batch of a step, with augmentation',
  ],
  trainingScore: ['Training score', 'score on the batch of a step, with augmentation'],
  validationAccuracy: [
    'Validation accuracy',
    'top-1 accuracy on the validation set, which is not trained on',
  ],
  tokenMatch: [
    'Token match',
    'share of masked patches whose most similar teacher patch is their own',
  ],
  chance: ['Chance level', 'what a score would be by guessing'],
  loss: ['Loss', 'what training minimises: cross-entropy in nats, the mean over a batch'],
  precision: ['Precision', 'share of the predictions of a class that are correct'],
  recall: ['Recall', 'share of the images of a class that are predicted correctly'],
  f1: ['F1', 'harmonic mean of precision and recall'],
  macroF1: ['Macro F1', 'mean F1 over classes, each counted equally'],
  microF1: ['Micro F1', 'F1 of the predictions of all labels together'],
  balancedAccuracy: ['Balanced accuracy', 'mean recall over classes, each counted equally'],
  averagePrecision: [
    'Average precision',
    'mean of a label’s precisions at each distinct score, weighted by the growth of recall (AP)',
  ],
  mAP: ['Mean average precision', 'mean over labels of the average precision (mAP)'],
  mIoU: ['Mean IoU', 'IoU of the classes, averaged (mIoU)'],
  iou: ['IoU', 'pixels of a class in both truth and prediction, over those in either'],
  pixelAccuracy: ['Pixel accuracy', 'share of labelled pixels whose class is predicted'],
  meanAccuracy: ['Mean accuracy', 'recall of the pixels of each class, averaged'],
  frequencyWeightedIoU: [
    'Frequency-weighted IoU',
    'mean IoU with classes weighted by their pixels',
  ],
  boundaryF: [
    'Boundary F',
    'harmonic mean of the shares of predicted and true boundaries that lie close to the other',
  ],
  AP: [
    'AP',
    'average precision of COCO, averaged over classes and over overlaps (IoU) from 50 % to 95 %',
  ],
  AP50: ['AP50', 'average precision where an overlap (IoU) of 50 % is enough'],
  AP75: ['AP75', 'average precision where an overlap (IoU) of 75 % is needed'],
  APsmall: ['AP, small objects', 'AP of objects of up to 32 x 32 pixels'],
  APmedium: ['AP, medium objects', 'AP of objects of 32 x 32 to 96 x 96 pixels'],
  APlarge: ['AP, large objects', 'AP of objects of 96 x 96 pixels or more'],
  AR1: ['AR1', 'mean recall with the best prediction of a class in each image'],
  AR10: ['AR10', 'mean recall with the best ten predictions of a class in each image'],
  AR100: ['AR100', 'mean recall with the best hundred predictions of a class in each image'],
  ARsmall: ['AR, small objects', 'AR100 of objects of up to 32 x 32 pixels'],
  ARmedium: ['AR, medium objects', 'AR100 of objects of 32 x 32 to 96 x 96 pixels'],
  ARlarge: ['AR, large objects', 'AR100 of objects of 96 x 96 pixels or more'],
  boxIoU: [
    'Box IoU',
    'mean overlap of the objects of a batch with the boxes of the queries that they are assigned to',
  ],
  boxAP: ['AP of boxes', 'AP of the boxes of a network that has masks as well'],
  boxAP50: ['AP50 of boxes', 'AP50 of the boxes of a network that has masks as well'],
  boxAP75: ['AP75 of boxes', 'AP75 of the boxes of a network that has masks as well'],
  interval: [
    '95 % interval',
    'range of a score over other draws of as many images, by the bootstrap',
  ],
  confusionMatrix: ['Confusion matrix', 'number of images by actual and predicted class'],
  actual: ['Actual', 'class that the label names'],
  predicted: ['Predicted', 'class with the highest probability'],
  confidence: ['Confidence', 'probability of the predicted class'],
  accuracy: ['Accuracy', 'share of predictions that are correct'],
  calibration: [
    'Calibration',
    'agreement of confidence and accuracy; an overconfident model is correct less often than its confidence says',
  ],
  ece: [
    'Calibration error (ECE)',
    'mean difference of confidence and accuracy over bins of confidence',
  ],
} as const satisfies Record<string, Term>;

const training = {
  recipe: ['Recipe', 'all settings of a training; a preset or a JSON file'],
  step: ['Step', 'one update of the parameters, by one batch'],
  epoch: ['Epoch', 'as many steps as it takes to see every image once'],
  batch: ['Batch, micro-batch', 'images of one step; those of them that are computed together'],
  seed: ['Seed', 'start of all random numbers of a training'],
  probeMatch: [
    'Match on probe images',
    'token match on the same few images at each measurement; by position alone, with the teacher on another image',
  ],
  onlineKnn: [
    'Online kNN',
    'top-1 accuracy of the teacher’s features by nearest neighbours on a few labelled images, whose labels are not learnt from',
  ],
  matchByVisible: [
    'Match by visible neighbours',
    'token match on the probe images by how many of the eight patches around a masked one are visible',
  ],
  agreement: [
    'Teacher agreement',
    'cosine between student’s and teacher’s projections of a patch, 1 where they are equal',
  ],
  effectiveRank: [
    'Effective rank (RankMe)',
    'number of directions that the features of patches use; it falls when they collapse',
  ],
  featureSpread: [
    'Spread of features',
    'standard deviation of a dimension of the teacher’s features, relative to their root mean square',
  ],
  teacherDistance: [
    'Distance of the teacher',
    'length of the difference between the weights of teacher and student, relative to the student’s',
  ],
  predictionEntropy: [
    'Entropy of predictions',
    'how evenly the student spreads its probability over the patches; 100 % is guessing',
  ],
  attentionEntropy: [
    'Attention entropy',
    'how evenly tokens attend to all others; 100 % is even attention',
  ],
  gradientNorm: ['Gradient norm', 'length of the gradient over all parameters, before clipping'],
  partGradientNorm: [
    'Gradient norm by part',
    'length of the gradient of the embedding, each block, norm and projector, before clipping',
  ],
  throughput: ['Throughput (images/s)', 'images trained on in a second'],
  dataWait: ['Data-loading wait', 'share of the time in which training waits for images'],
  memory: ['Memory', 'main memory of the training process'],
  machineMemory: ['Memory of the machine', 'main memory that all programs use'],
  cpuUse: [
    'CPU use',
    'share of all cores that is computing, by the training process and by all programs',
  ],
  gpuUse: [
    'GPU use',
    'share of the time in which the busiest NVIDIA card computes, for any program',
  ],
  gpuMemory: ['GPU memory', 'memory in use on all NVIDIA cards, by all programs'],
  smoothing: ['Smoothing', 'moving average of a curve; measured values stay visible, paler'],
  trainingSet: ['Training set', 'images that a network learns from'],
  validationSet: [
    'Validation set',
    'images that a network is evaluated on and does not learn from',
  ],
  referenceSet: ['Reference set', 'labelled images among which nearest neighbours are looked up'],
  validationSplit: [
    'Validation split',
    'share of the training set that is set apart as validation set',
  ],
  leak: ['Leak', 'validation image that was also trained on'],
  duplicates: ['Duplicates', 'images with the same content; near duplicates look alike'],
  evaluation: ['Evaluation', 'scores of a network on a validation set'],
  primaryScore: [
    'Primary score',
    'score by which the best checkpoint is chosen and runs are compared',
  ],
  checkpoint: ['Checkpoint', 'saved state of a run, from which it can be resumed'],
  bestCheckpoint: [
    'Best checkpoint',
    'checkpoint of the best evaluation; the result of a fine-tuning',
  ],
} as const satisfies Record<string, Term>;

const networks = {
  patch: [
    'Patch, token',
    'square of the image; vector that stands for it, or for the whole image (class token)',
  ],
  channels: [
    'Channels',
    'numbers of each pixel: one of grey images, three of red, green and blue, more of microscopes and satellites',
  ],
  valueRange: ['Value range', 'values of a file that become 0 and 1 before normalisation'],
  normalisation: [
    'Normalisation',
    'subtraction of each channel’s mean and division by its standard deviation, on the scale from 0 to 1',
  ],
  parameters: ['Parameters', 'numbers of a network that training changes'],
  trunk: ['Trunk', 'transformer of a network, without head and projector'],
  head: ['Head', 'last layer, which gives a score to each class'],
  projector: [
    'Projector',
    'small network after the trunk whose outputs are contrasted in pre-training',
  ],
  temperature: ['Temperature', 'divisor of similarities before the softmax'],
  student: ['Student', 'network that pre-training trains, on masked images'],
  teacher: ['Teacher', 'exponential moving average (EMA) of the student, which sees all patches'],
  emaMomentum: ['EMA momentum', 'share of the teacher that is kept at each step'],
  maskRatio: ['Mask ratio', 'share of patches that the student does not see'],
  embeddings: ['Embeddings', 'features: one vector per image, for search, clustering and plots'],
  knn: [
    'Nearest neighbours (kNN)',
    'classification by the labels of the k most similar features, without training',
  ],
  linearProbe: ['Linear probe', 'training of a new last layer on frozen features'],
  partialFinetuning: ['Partial fine-tuning', 'training of the last blocks and the head'],
  fullFinetuning: ['Full fine-tuning', 'training of the whole network'],
  multilabel: [
    'Multi-label',
    'any number of labels an image, each with a probability of its own (sigmoid)',
  ],
} as const satisfies Record<string, Term>;

const application = {
  workspace: ['Workspace', 'folder that holds runs, jobs, data sets and imported networks'],
  run: ['Run', 'one training with all its files; a folder in the workspace'],
  kind: ['Kind', 'of a run: pre-training (without labels) or fine-tuning (with labels)'],
  task: ['Task', 'what is learnt or evaluated: pre-training, classification, …'],
  job: ['Job', 'one command given to the application; a folder in the workspace'],
  queue: ['Queue', 'jobs that run, wait or failed recently'],
  events: ['Events', 'checkpoints, evaluations, warnings and changes of status'],
  warnings: ['Warnings', 'events that may need a change of settings or images'],
  configuration: ['Configuration', 'recipe, data and versions of a run'],
  log: ['Log', 'last lines that a process has printed'],
  resume: ['Resume', 'continue a run from its newest checkpoint'],
  stop: ['Stop', 'save a checkpoint and end; the run can be resumed'],
  rerun: ['Rerun', 'start a job again with the same settings'],
  editAndRerun: [
    'Edit and rerun',
    'open the form with the settings of a job, to change them and start it again',
  ],
  dismiss: ['Dismiss', 'remove an ended job from the list; runs and files stay'],
  export: ['Export', 'write a network for other programs, and compare its outputs'],
  continuation: [
    'Continuation package',
    'export of a pre-training with its optimizer state, to continue it on other images',
  ],
  device: ['Device', 'what computes: `cpu`, `webgpu`, `cuda:0`, …'],
  rank: ['Rank', 'one of several processes that share each batch of a run, over MPI'],
  rankWait: [
    'Waits for others',
    'share of the time in which a rank waits for the others; the slowest waits least',
  ],
} as const satisfies Record<string, Term>;

const code = {
  learner: ['Learner', 'what holds the state of training on a device and steps'],
  loader: ['Loader', 'what gives batches, read ahead by worker threads'],
  module: [
    'Module, entry',
    'named state and the graphs over it; one of the graphs, such as `gradients`, with the names of its feeds and results in its type',
  ],
  op: [
    'Op, composite',
    'a primitive of the tensor language; one with a decomposition into primitives',
  ],
  executor: ['Executor', 'what runs modules: `reference`, `onnxruntime`, `tfjs`'],
  trait: [
    'Trait',
    'what holds for every device of a kind: what computes, the longest sum in half precision',
  ],
  pack: ['Pack', 'parameters that the optimizer updates as one vector'],
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
  return TERMS[key][0];
}

/** A sentence for a tooltip. */
export function meaningOf(key: TermKey): string {
  const [, meaning] = TERMS[key];
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
