import * as z from 'zod';
import { definePlugin } from '../declare.js';
import { purifierPorts } from '../inspection/purifier-ports.js';
import { channelsParameter, layoutParameter, modelPath } from '../params.js';

const three = z.tuple([z.number(), z.number(), z.number()]);
const positive = z.number().positive();

export const purifier = definePlugin({
  family: 'countermeasure',
  name: 'onnx',
  version: 1,
  title: 'A purifier: a network in an ONNX file that gives an image for an image',
  docs: `A network that is to take a perturbation off a photograph: one image in, an image of the same size out, both scaled
alike. Photographs of another size than it takes are counted and named; nothing is resized for it.`,
  params: z.object({
    file: modelPath('The network: a file `*.onnx`, with its external data beside it where it has some.'),
    mean: three
      .default([0, 0, 0])
      .meta({ description: 'Subtracted from each channel of 0–1, and added again to what comes out.' }),
    std: z.tuple([positive, positive, positive]).default([1, 1, 1]).meta({
      description:
        'Each channel is divided by it after that; what comes out is multiplied by it. `[0.5, 0.5, 0.5]` is usual with a mean of as much.',
    }),
    channels: channelsParameter(),
    layout: layoutParameter('network'),
  }),
  example: '{use: onnx, file: models/purifier.onnx, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}',
  async inspect(given) {
    const { portsOfModel } = await import('../model-header.js');
    const ports = portsOfModel(given.file, (header) => purifierPorts(header, given));
    return ports.ok ? [] : [{ ...ports.problem, specPath: ['file'] }];
  },
  async load(given, { threads }) {
    const { portsOfModel } = await import('../model-header.js');
    const ports = portsOfModel(given.file, (header) => purifierPorts(header, given));
    if (!ports.ok) return ports;
    const { Purifier } = await import('../../compute/countermeasures/purifier.js');
    return Purifier.load(given.file, { ...given, ...ports.value }, threads);
  },
});
