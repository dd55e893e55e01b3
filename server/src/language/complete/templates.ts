import { readExperiment } from '../../experiment/read.js';
import type { Plugin } from '../../plugins/declare.js';
import { withoutStops } from './snippet.js';

/** An experiment to begin with, as a snippet. */
export interface Template {
  readonly name: string;
  readonly description: string;
  readonly snippet: string;
}

const TEMPLATES: readonly Template[] = [
  {
    name: 'Quickstart',
    description: 'Portraits that Lookalike draws itself: no data set, no download, about two minutes.',
    snippet: `version: 1
name: \${1:Quickstart}
dataset:
  use: synthetic
  identities: \${2:40}
  images: \${3:6}
embed:
  models:
    - face-recognition
accuracy:
  top: [1, 5]
`,
  },
  {
    name: 'Accuracy on CelebA',
    description: 'How often the nearest images show the same person, of each model (paper, section 2.1).',
    snippet: `version: 1
name: \${1:Accuracy on CelebA}
dataset:
  use: celeba
  root: \${2:~/data/celeba}
queries:
  sample: \${3:1000}
  seed: 1
embed:
  models:
    - face-recognition
    - clip-vit-b-32
index: flat
accuracy:
  top: [1, 5]
`,
  },
  {
    name: 'Cloaks',
    description: 'How far Fawkes and LowKey move photographs, and whether they are still recognised.',
    snippet: `version: 1
name: \${1:Cloaks}
dataset:
  use: synthetic
  identities: \${2:20}
  images: \${3:6}
queries:
  sample: \${4:20}
  seed: 1
embed:
  models:
    - face-recognition
accuracy:
  top: [1, 5]
threshold:
  percentile: 95
poison:
  fawkes:
    use: fawkes
  lowkey:
    use: lowkey
`,
  },
  {
    name: 'Robustness of a retrieval engine',
    description: 'Whether a retrieval engine still finds a person behind a perturbed photograph (paper, section 2.2).',
    snippet: `version: 1
name: \${1:Robustness of a retrieval engine}
dataset:
  use: celeba
  root: \${2:~/data/celeba}
queries:
  sample: \${3:1000}
  seed: 7
embed:
  models:
    - face-recognition
index: flat
threshold:
  percentile: 95
  model: face-recognition
poison:
  fawkes:
    use: fawkes
  lowkey:
    use: lowkey
retrieve:
  use: local
  results: 50
robustness:
  minValid: 3
`,
  },
];

/** The templates that are in order with these plugins. */
export function templatesFor(plugins: readonly Plugin[]): readonly Template[] {
  const options = { file: 'template.experiment.yaml', plugins };
  return TEMPLATES.filter(({ snippet }) => readExperiment(withoutStops(snippet), options).spec !== undefined);
}
