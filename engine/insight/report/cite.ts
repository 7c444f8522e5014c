/** How to cite the method and the program. */
import { programVersion } from '../../platform/versions.ts';
import { type Markup, paragraph, preformatted, type Section } from './document.ts';

const PAPER = `@inproceedings{yi2023masked,
  title     = {Masked Image Modeling with Denoising Contrast},
  author    = {Yi, Kun and Ge, Yixiao and Li, Xiaotong and Yang, Shusheng and Li, Dian and
               Wu, Jianping and Shan, Ying and Qie, Xiaohu},
  booktitle = {International Conference on Learning Representations (ICLR)},
  year      = {2023}
}`;

export function citeSection(): Section {
  const parts: Markup[] = [
    paragraph('The method is ConMIM; please cite its paper if you publish results.'),
    preformatted(PAPER),
    paragraph(`Trained with ConMIM Studio, version ${programVersion()}.`),
  ];
  return { title: 'How to cite', parts };
}
