/** A network's README.md: its description, origin and usage. */

import { countOf } from '../../contract/number-text.ts';
import { hasSeveralLabels } from '../../contract/tasks.ts';
import { authorsCropRatio } from '../../data/views/eval-images.ts';
import { headOfModel, type Model, type Segmenter } from '../model.ts';
import { isUsualImage, scalingText } from './scaling.ts';

export function modelCard(model: Model): string {
  const parts = [header(model), introduction(model), training(model), use(model)];
  return `${parts.join('\n\n')}\n`;
}

/**
 * Whether it is a pre-training of this program; the pre-training of classifiers and imported
 * networks is unknown.
 */
function isConmim(model: Model): boolean {
  return headOfModel(model) === undefined && model.about.run !== undefined;
}

function header(model: Model): string {
  const task = pipelineOf(model);
  const lines = [
    'library_name: transformers',
    `pipeline_tag: ${task}`,
    'tags:',
    ...['beit', ...(isConmim(model) ? ['conmim'] : []), 'vision'].map((tag) => `- ${tag}`),
  ];
  return `---\n${lines.join('\n')}\n---`;
}

function pipelineOf({ head, segmenter, detector }: Model): string {
  if (detector) return detector.masks ? 'image-segmentation' : 'object-detection';
  if (segmenter) return 'image-segmentation';
  return head ? 'image-classification' : 'image-feature-extraction';
}

function introduction(model: Model): string {
  const { vit, origin } = model;
  const [height, width] = vit.imageSize;
  const size = `${countOf(vit.depth, 'block')}, width ${vit.embedDim}, ${countOf(vit.heads, 'head')}, images of ${width} x ${height} pixels in patches of ${vit.patchSize}`;
  const names = headOfModel(model)?.classes;
  const classes = names ? `\n\nClasses: ${names.map((name) => `\`${name}\``).join(', ')}.` : '';
  const method = isConmim(model)
    ? ' It was trained by ConMIM (contrastive masked image modelling, ICLR 2023).'
    : '';
  return `# ${origin}\n\n${whatItIs(model)}: ${size}. The architecture is BEiT's.${method} Written by ConMIM Studio.${classes}`;
}

function whatItIs({ head, segmenter, detector }: Model): string {
  if (detector)
    return `A network that finds objects of ${countOf(detector.classes.length, 'class', 'classes')} with ${detector.masks ? 'boxes and masks' : 'boxes'}`;
  if (segmenter)
    return `A network that gives each pixel of an image one of ${countOf(segmenter.classes.length, 'class', 'classes')}`;
  if (head === undefined) return 'A vision transformer that learnt from images without labels';
  return hasSeveralLabels(head.task)
    ? `A network that tells which of ${countOf(head.classes.length, 'label')} an image has, any number of them`
    : `A classifier of images into ${countOf(head.classes.length, 'class', 'classes')}`;
}

function training({ about }: Model): string {
  const { dataset, metrics, recipe, weights } = about;
  const lines = [
    '## Training',
    ...(weights === undefined ? [] : [weights]),
    ...(dataset
      ? [`Images: ${dataset.images}. Fingerprint of the data: \`${dataset.fingerprint}\`.`]
      : []),
    ...(metrics && Object.keys(metrics).length > 0
      ? [
          [
            '| metric | value |',
            '| --- | --- |',
            ...Object.entries(metrics).map(([name, value]) => `| ${name} | ${rounded(value)} |`),
          ].join('\n'),
        ]
      : []),
    ...(recipe ? [`Recipe:\n\n\`\`\`json\n${JSON.stringify(recipe, null, 2)}\n\`\`\``] : []),
  ];
  return (lines.length > 1 ? lines : [...lines, 'Nothing is known of its training.']).join('\n\n');
}

/** More digits tell nothing of a network. */
function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

function printed(task: string | undefined): string {
  return hasSeveralLabels(task)
    ? 'print({model.config.id2label[i]: p.item() for i, p in enumerate(logits[0].sigmoid())})'
    : 'print(model.config.id2label[logits.argmax(-1).item()])';
}

/** Segmenters see whole images; here by windows, in transformers resized. */
function segmenterUse({ head }: Segmenter, model: Model): string {
  const { mean, std } = model;
  const own = `Segment images with \`conmim predict --model RUN --data DIR --format masks --out DIR\`: images of any size, by windows. ${isUsualImage(model) ? '' : `${scalingText(model)} `}They are normalised with mean ${JSON.stringify(mean)} and standard deviation ${JSON.stringify(std)}.`;
  if (head.kind === 'linear') return `## Use\n\n${own}`;
  return `## Use

${own} The image processor of transformers resizes an image to the network's size instead, whatever its proportions:

\`\`\`python
from transformers import AutoImageProcessor, BeitForSemanticSegmentation

processor = AutoImageProcessor.from_pretrained(FOLDER)
model = BeitForSemanticSegmentation.from_pretrained(FOLDER).eval()
outputs = model(**processor(image, return_tensors="pt"))
size = (image.height, image.width)
classes = processor.post_process_semantic_segmentation(outputs, target_sizes=[size])[0]
\`\`\``;
}

function use(model: Model): string {
  const { vit, head, segmenter, detector, mean, std } = model;
  if (detector)
    return '## Use\n\nFind objects in images by `conmim predict --model RUN --data DIR`, or evaluate it on labelled ones by `conmim evaluate`.';
  if (segmenter) return segmenterUse(segmenter, model);
  const ratio = authorsCropRatio(vit.imageSize);
  const shorter = ratio === 1 ? 'the image size' : `the image size over ${ratio}`;
  const numbers = `Images are resized so that the shorter side is ${shorter} (bicubic), cut out of the middle, and normalised with mean ${JSON.stringify(mean)} and standard deviation ${JSON.stringify(std)}; the image processor does this (in transformers 5 pixel by pixel as in training with \`AutoImageProcessor.from_pretrained(FOLDER, backend="pil")\`).`;
  const scaled = `${scalingText(model)} Then they are resized so that the shorter side is ${shorter} (bicubic), cut out of the middle, and normalised with mean ${JSON.stringify(mean)} and standard deviation ${JSON.stringify(std)}. The image processor does not scale: give it arrays [channels, height, width] of scaled values, as below.`;
  const given = isUsualImage(model) ? 'image' : 'array, input_data_format="channels_first"';
  const code = head
    ? `from transformers import AutoImageProcessor, BeitForImageClassification

processor = AutoImageProcessor.from_pretrained(FOLDER)
model = BeitForImageClassification.from_pretrained(FOLDER).eval()
logits = model(**processor(${given}, return_tensors="pt")).logits
${printed(head.task)}`
    : `from transformers import AutoImageProcessor, BeitModel

processor = AutoImageProcessor.from_pretrained(FOLDER)
model = BeitModel.from_pretrained(FOLDER).eval()
tokens = model(**processor(${given}, return_tensors="pt")).last_hidden_state
features = tokens[:, 1:].mean(1)`;
  const advice = head
    ? ''
    : '\n\nTake the mean of the patch tokens as the features of an image, as above. The class token, which `pooler_output` is, was not trained to describe it.';
  return `## Use\n\n${isUsualImage(model) ? numbers : scaled}\n\n\`\`\`python\n${code}\n\`\`\`${advice}\n\nFor timm, export the same network with \`conmim export … --format timm\`, then:\n\n\`\`\`python\nimport timm\n\nmodel = timm.create_model("local-dir:FOLDER", pretrained=True).eval()\n\`\`\``;
}
