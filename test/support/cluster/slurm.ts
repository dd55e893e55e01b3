import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from '../free-ports.js';

/** Daemons are where a user's PATH does not always lead. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const programOf = (name: string) => FOLDERS.map((folder) => join(folder, name)).find((file) => existsSync(file));

export const HAS_SLURM = ['slurmctld', 'slurmd', 'sbatch'].every((name) => programOf(name) !== undefined);

export interface SlurmOptions {
  readonly nodes: number;
  /** Tasks of one core that a node runs at once. */
  readonly cores: number;
  /** Small, so that a plan takes several arrays. */
  readonly maxArraySize: number;
}

/**
 * A Slurm of one's own, with several nodes on this machine: files in a private folder, free ports, this user's rights, and
 * neither a service nor control groups. Its daemons are this process's children.
 */
export class SlurmCluster {
  private controller: ChildProcess | undefined;
  private readonly nodes: ChildProcess[] = [];

  private constructor(
    private readonly folder: string,
    private readonly names: readonly string[],
  ) {}

  static async start({ nodes, cores, maxArraySize }: SlurmOptions): Promise<SlurmCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'lookalike-slurm-'));
    const names = Array.from({ length: nodes }, (_, n) => `n${n + 1}`);
    const ports = await freePorts(2 + nodes);
    const [host] = hostname().split('.');
    const { username: user } = userInfo();
    const own = names.map(
      (name, n) =>
        `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[2 + n]} CPUs=${cores} State=UNKNOWN`,
    );
    await mkdir(join(folder, 'state'));
    await mkdir(join(folder, 'spool'));
    await writeFile(
      join(folder, 'slurm.conf'),
      `ClusterName=lookalike
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/none
CredType=cred/none
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=2
MaxArraySize=${maxArraySize}
${own.join('\n')}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`,
    );
    const cluster = new SlurmCluster(folder, names);
    cluster.startController();
    for (const name of names) cluster.nodes.push(cluster.daemon('slurmd', '-N', name));
    await cluster.until(async () => (await cluster.states()).every((state) => state === 'idle'), 'nodes are idle');
    return cluster;
  }

  /** What a process needs in its environment to find this cluster. */
  get env(): NodeJS.ProcessEnv {
    return { SLURM_CONF: join(this.folder, 'slurm.conf') };
  }

  /** Runs one of Slurm's commands and gives what it printed. */
  async command(name: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(name, args, { env: { ...process.env, ...this.env } });
    return stdout;
  }

  /** Tasks that wait or run, as `array job_index`. */
  async tasks(state: 'all' | 'RUNNING' = 'all'): Promise<string[]> {
    const only = state === 'all' ? [] : [`--states=${state}`];
    return (await this.command('squeue', '--noheader', '--array', '--format=%i', ...only)).split('\n').filter(Boolean);
  }

  /** Waits until there are such tasks. */
  async someRunning(count: number): Promise<string[]> {
    let running: string[] = [];
    await this.until(async () => {
      running = await this.tasks('RUNNING');
      return running.length >= count;
    }, `${count} tasks run`);
    return running;
  }

  async restartController(): Promise<void> {
    await ended(this.controller as ChildProcess);
    this.startController();
    await this.until(async () => (await this.states()).length > 0, 'the controller answers');
  }

  async stop(): Promise<void> {
    for (const daemon of [...this.nodes, this.controller]) if (daemon) await ended(daemon);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async states(): Promise<string[]> {
    const listed = await this.command('sinfo', '--noheader', '--Node', '--format=%t').catch(() => '');
    return listed.split('\n').filter(Boolean);
  }

  private startController(): void {
    this.controller = this.daemon('slurmctld');
  }

  private daemon(name: string, ...args: string[]): ChildProcess {
    const env = { ...process.env, ...this.env };
    return spawn(programOf(name) as string, ['-D', ...args], { env, stdio: 'ignore' });
  }

  private async until(holds: () => Promise<boolean>, what: string): Promise<void> {
    for (const began = performance.now(); !(await holds()); await delay(100)) {
      if (performance.now() - began > 60_000)
        throw new Error(`Not within a minute: ${what} (${this.folder}, ${this.names})`);
    }
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
