/** A platform that a package is for, by VS Code's name. onnxruntime-node has no library for Macs with Intel processors. */
export interface Target {
  readonly name: string;
  readonly os: NodeJS.Platform;
  readonly cpu: string;
}

export const TARGETS: readonly Target[] = [
  { name: 'linux-x64', os: 'linux', cpu: 'x64' },
  { name: 'linux-arm64', os: 'linux', cpu: 'arm64' },
  { name: 'win32-x64', os: 'win32', cpu: 'x64' },
  { name: 'win32-arm64', os: 'win32', cpu: 'arm64' },
  { name: 'darwin-arm64', os: 'darwin', cpu: 'arm64' },
];

export function targetNamed(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}

export function isThisMachine({ os, cpu }: Target): boolean {
  return os === process.platform && cpu === process.arch;
}
