import { existsSync } from 'node:fs';
import { networkFile, REAL_NETWORKS, type RealNetworkName } from '../../scripts/peers/networks.js';

/** In a `before`: skips the suite, whose title says so, where `npm run fetch:networks` has not fetched these networks. */
export function needsNetworks(this: Mocha.Context, ...names: RealNetworkName[]): void {
  if (!names.every((name) => existsSync(networkFile(name)))) this.skip();
}

/** A fetched network as an entry of `embed.models` in an experiment. */
export function realNetwork(name: RealNetworkName): string {
  return JSON.stringify({ use: 'onnx', name, file: networkFile(name), ...REAL_NETWORKS[name].parameters });
}

/** A fetched network as an entry of `surrogates`. */
export function realSurrogate(name: RealNetworkName): string {
  return JSON.stringify({ use: 'onnx', file: networkFile(name), ...REAL_NETWORKS[name].parameters });
}
