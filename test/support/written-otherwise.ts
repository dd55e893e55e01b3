/** Experiments in other styles of YAML than the examples of the project are written in. */
export const WRITTEN_OTHERWISE: Readonly<Record<string, string>> = {
  'a file in blocks': `# Faces, found again.
name: Robustness
dataset:
  use: synthetic
  identities: 12   # people
  images: 4

gallery:
    use: synthetic
    seed: 8
queries:
  sample: 20
embed:
  models:
  - face-recognition
  - use: face-recognition
    name: mirrored
    mirror: true
index:
  use: flat
accuracy:
  top:
    - 1
    - 5
threshold:
  percentile: 95
  model: mirrored
  unit: l2
poison:
  noise:
    use: test/noise
retrieve:
  use: test/engine
  results: 5
robustness:
expect:
  - accuracy.mirrored.top1 >= 85%
  - threshold.median < 0.4
`,
  'a file in brackets': `{
  version: 1, name: "In 'brackets'",
  dataset: {use: folder, root: "../support"}, queries: {sample: 5, seed: 2},
  embed: {models: [
    face-recognition,
    {use: onnx, file: '../models/a.onnx', mean: [0.5, 0.5, 0.5]}
  ]},
  accuracy: {top: [1, 5]}, threshold: {model: face-recognition},
  expect: ["images.total > 5", accuracy.face-recognition.top5 >= 90%]
}
`,
  'a file with anchors': `dataset: &faces {use: synthetic, seed: 3, images: 2}
embed: {models: [face-recognition]}
retrieve: test/engine
gallery:
  <<: *faces
  seed: 4
`,
  'a file of Windows': 'dataset:\r\n  use: synthetic\r\nembed:\r\n  models:\r\n    - face-recognition\r\naccuracy:\r\n',
  'a file with 😀 in it':
    'name: 😀😀\ndataset: {use: synthetic} # 😀\nembed: {models: [face-recognition]}\naccuracy:\n',
  'a file of which little is there': 'dataset:\n  \nembed:\n  models:\n    - \n\naccuracy:\n  top: \n\n',
};
