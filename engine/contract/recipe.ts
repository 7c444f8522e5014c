/**
 * The recipe of pre-training: all settings of a run.
 *
 * Defaults are those of the authors' pre-training script; presets are in `engine/recipes`.
 */
import { checkCrops } from './settings/check-shared.ts';
import { defineRecipe } from './settings/define-recipe.ts';
import {
  ADVANCED,
  adapt,
  SEEN,
  settingGroup,
  traits,
  underHeading,
  type ValuesOf,
  whenAny,
  whenIs,
  whenNotRgb,
} from './settings/setting.ts';
import {
  imageSettings,
  imageSides,
  lengthSettings,
  networkSettings,
  optimizerSettings,
  rateSettings,
  runningSettings,
  SHARE,
  sidesText,
  stackSettings,
  syncSettings,
  tileSettings,
  viewSettings,
} from './settings/shared.ts';

const method = settingGroup('Method');
const methodSettings = {
  mlp_dim: method.integer(ADVANCED, {
    title: 'Projector hidden width',
    default: 4096,
    range: { min: 8, max: 65536 },
    help: 'Hidden width of the projector, used in pre-training only.',
  }),
  proj_dim: method.integer(ADVANCED, {
    title: 'Projection width',
    default: 256,
    range: { min: 2, max: 8192 },
    help: 'Width of the vectors that student and teacher are compared in.',
  }),
  temperature: method.number(ADVANCED, {
    title: 'Temperature',
    default: 0.1,
    range: { above: 0, max: 10 },
    help: 'Divisor of the similarities in the loss; lower makes the softmax over patches sharper.',
  }),
  ema_momentum: method.number(ADVANCED, {
    title: 'EMA momentum',
    default: 0.996,
    range: SHARE,
    help: 'Share of its weights that the teacher (EMA) keeps at each step, at the start of the run.',
  }),
  ema_momentum_end: method.number(ADVANCED, {
    title: 'Final EMA momentum',
    default: 1,
    range: SHARE,
    help: 'EMA momentum at the end of its cosine schedule.',
  }),
};

const mask = settingGroup('Mask');
const ofCells = traits({ seen: true, noEffect: whenIs('mask_type', 'block') });
const ofRectangles = traits({ seen: true, noEffect: whenIs('mask_type', 'random_mps32') });
const maskSettings = {
  mask_type: mask.choice(SEEN, {
    title: 'Mask type',
    default: 'block',
    choices: ['block', 'random_mps32'],
    help: 'Random rectangles (block), or random square cells of a grid (random_mps32, as the authors’ command).',
  }),
  mask_cell: mask.integer(ofCells, {
    title: 'Mask cell size',
    default: 32,
    range: { min: 1, max: 4096 },
    help: 'random_mps32: side of a cell in pixels; a multiple of patch_size that divides the image.',
  }),
  mask_ratio: mask.number(traits({ ...ofCells, basic: 7 }), {
    title: 'Mask ratio',
    default: 0.75,
    range: { above: 0, max: 1 },
    help: 'random_mps32: share of masked cells, rounded up.',
  }),
  mask_patches: mask.integer(traits({ ...ofRectangles, basic: 7 }), {
    title: 'Masked patches',
    default: 75,
    range: { min: 1, max: 65536 },
    help: 'block: maximum number of masked patches.',
  }),
  mask_min_patches: mask.integer(ofRectangles, {
    title: 'Minimum rectangle area',
    default: 16,
    range: { min: 1, max: 65536 },
    help: 'block: smallest area of one rectangle, in patches.',
  }),
  mask_min_aspect: mask.number(ofRectangles, {
    title: 'Minimum aspect ratio',
    default: 0.3,
    range: { above: 0, max: 1 },
    help: 'block: flattest rectangle allowed, height over width; its inverse is the tallest.',
  }),
};

const teacher = settingGroup('Teacher view only');
const ofJitter = traits({ seen: true, noEffect: whenIs('jitter', 0) });
const ofHue = traits({ seen: true, noEffect: whenAny(whenIs('jitter', 0), whenNotRgb) });
const ofBlur = traits({ seen: true, noEffect: whenIs('blur', 0) });
const teacherSettings = {
  jitter: teacher.number(SEEN, {
    title: 'Colour jitter probability',
    default: 0.8,
    range: SHARE,
    help: 'Probability that brightness and contrast are changed, and of three channels saturation and hue.',
  }),
  jitter_brightness: teacher.number(ofJitter, {
    title: 'Brightness jitter',
    default: 0.4,
    range: SHARE,
    help: 'Largest change of brightness.',
  }),
  jitter_contrast: teacher.number(ofJitter, {
    title: 'Contrast jitter',
    default: 0.4,
    range: SHARE,
    help: 'Largest change of contrast.',
  }),
  jitter_saturation: teacher.number(ofHue, {
    title: 'Saturation jitter',
    default: 0.2,
    range: SHARE,
    help: 'Largest change of saturation.',
  }),
  jitter_hue: teacher.number(ofHue, {
    title: 'Hue jitter',
    default: 0.1,
    range: { min: 0, max: 0.5 },
    help: 'Largest change of hue, as a share of the colour circle.',
  }),
  gray: teacher.number(traits({ seen: true, noEffect: whenNotRgb }), {
    title: 'Grayscale probability',
    default: 0.2,
    range: SHARE,
    help: 'Probability of conversion to grayscale.',
  }),
  blur: teacher.number(SEEN, {
    title: 'Blur probability',
    default: 0.1,
    range: SHARE,
    help: 'Probability of a Gaussian blur.',
  }),
  blur_min_radius: teacher.number(ofBlur, {
    title: 'Minimum blur radius',
    default: 0.1,
    range: { above: 0, max: 100 },
    help: 'Smallest blur radius in pixels.',
  }),
  blur_max_radius: teacher.number(ofBlur, {
    title: 'Maximum blur radius',
    default: 2,
    range: { above: 0, max: 100 },
    help: 'Largest blur radius in pixels.',
  }),
  solarize: teacher.number(SEEN, {
    title: 'Solarisation probability',
    default: 0.2,
    range: SHARE,
    help: 'Probability that bright values are inverted.',
  }),
};

const measuringSettings = {
  learning_measures: settingGroup('Running').flag(traits({ incidental: true }), {
    title: 'Learning measures',
    default: true,
    help: 'What the networks learn is measured during training on a few of its images, with alarms; for at most 3 % of the training time. The training is the same.',
  }),
  student_pictures: settingGroup('Running').flag(
    traits({ incidental: true, noEffect: whenIs('learning_measures', false) }),
    {
      title: 'Pictures of what the student saw',
      default: true,
      help: 'Pictures of 8 images, as the student saw them and with the patches that it took, are kept in the folder of the run. Switch it off where images must not be copied.',
    },
  ),
};

export const pretrainSettings = defineRecipe({
  of: 'pre-training',
  listCommand: 'conmim recipes --show small',
  settings: {
    ...imageSettings,
    image_size: adapt(imageSettings.image_size, { basic: 5 }),
    patch_size: adapt(imageSettings.patch_size, { basic: 6 }),
    ...tileSettings,
    ...stackSettings,
    ...networkSettings,
    ...syncSettings,
    ...methodSettings,
    ...maskSettings,
    ...lengthSettings,
    steps: adapt(lengthSettings.steps, { basic: 2 }),
    ...rateSettings,
    ...optimizerSettings,
    ...underHeading('Both views', viewSettings),
    ...teacherSettings,
    ...runningSettings,
    ...measuringSettings,
  },
  check(recipe, need) {
    checkCrops(recipe, need);
    const [height, width] = imageSides(recipe);
    const patch = recipe.patch_size;
    if (height % patch === 0 && width % patch === 0) {
      const patches = (height / patch) * (width / patch);
      if (recipe.mask_type === 'block') {
        need(
          recipe.mask_patches <= patches,
          'mask_patches',
          `at most the ${patches} patches of an image`,
        );
        need(
          height / patch > 1 && width / patch > 1,
          'mask_type',
          'random_mps32 for a grid of one row or column',
        );
      } else {
        const cell = recipe.mask_cell;
        need(
          cell % patch === 0 && height % cell === 0 && width % cell === 0,
          'mask_cell',
          `a multiple of patch_size ${patch} that divides ${sidesText(recipe)}`,
        );
      }
    }
    need(
      recipe.blur_min_radius <= recipe.blur_max_radius,
      'blur_min_radius',
      `at most blur_max_radius ${recipe.blur_max_radius}`,
    );
  },
});

export type Recipe = ValuesOf<typeof pretrainSettings.settings>;

/** Parse a recipe of pre-training: the result is complete and checked. */
export const parseRecipe = pretrainSettings.parse;

export { imageSides };

/** The patch grid of a recipe and, for cell masks, the cell's size in patches. */
export interface RecipeGeometry {
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly cols: number;
  readonly patches: number;
  readonly cellRows: number;
  readonly cellCols: number;
}

export function recipeGeometry(
  recipe: Pick<Recipe, 'image_size' | 'patch_size' | 'mask_cell'>,
): RecipeGeometry {
  const [height, width] = imageSides(recipe);
  const rows = height / recipe.patch_size;
  const cols = width / recipe.patch_size;
  const cell = recipe.mask_cell / recipe.patch_size;
  return { height, width, rows, cols, patches: rows * cols, cellRows: cell, cellCols: cell };
}
