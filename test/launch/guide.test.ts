/** The guide `docs/from-laptop-to-cluster.md`, as a user follows it: all its commands, in their order, on two nodes. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMakeHosts, type Hosts, hostsTitle, makeHosts } from '../support/hosts.js';
import { findMpirun, mpiTitle, start } from '../support/mpi.js';
import { root } from '../support/paths.js';
import { untilNoneHas } from '../support/processes.js';
import { hasSlurm, type Slurm, slurmTitle, startSlurm } from '../support/slurm.js';

interface Block {
  readonly language: string;
  /** The file that it is the text of. */
  readonly file: string | undefined;
  readonly text: string;
}

const guide = readFileSync(join(root, 'docs', 'from-laptop-to-cluster.md'), 'utf8');
const blocks: Block[] = [...guide.matchAll(/^( *)```(\w+)(?: file=(\S+))?\n([\s\S]*?)^\1```$/gm)].map(
  ([, indent, language, file, text]) => ({
    language: language!,
    file,
    text: text!.replaceAll(`\n${indent}`, '\n').trimStart(),
  }),
);
/** Each command with the output that stands below it. */
const commands = blocks.flatMap((block, i) => {
  if (block.language !== 'sh' || block.file !== undefined) return [];
  const next = blocks[i + 1];
  return [{ command: block.text, output: next?.language === 'text' ? next.text : undefined }];
});
const mpirun = findMpirun('openmpi');

describe.skipIf(!hasSlurm || !canMakeHosts || !mpirun)(
  `the guide, with ${slurmTitle} on two ${hostsTitle}, and ${mpiTitle('openmpi')}`,
  () => {
    const token = randomUUID();
    let hosts: Hosts;
    let slurm: Slurm;
    let directory: string;

    beforeAll(async () => {
      hosts = makeHosts({ count: 2, second: 'ib0', prefix: 'node' });
      slurm = await startSlurm({ nodes: 2, hosts });
      directory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
      for (const { file, text } of blocks) if (file !== undefined) writeFileSync(join(directory, file), text);
      writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
      mkdirSync(join(directory, 'node_modules', '.bin'), { recursive: true });
      symlinkSync(root, join(directory, 'node_modules', 'sheaf'));
      symlinkSync('../sheaf/dist/src/cli/main.js', join(directory, 'node_modules', '.bin', 'sheaf'));
      // The machine's own: how one gets to another host, and the mpirun of that kind.
      mkdirSync(join(directory, 'bin'));
      symlinkSync(hosts.shell, join(directory, 'bin', 'ssh'));
      writeFileSync(join(directory, 'bin', 'mpirun'), `#!/bin/sh\nexec ${mpirun!.command} -x SHEAF_TEST_TOKEN "$@"\n`);
      chmodSync(join(directory, 'bin', 'mpirun'), 0o755);
    }, 60_000);
    afterAll(async () => {
      await slurm.close();
      hosts.close();
      await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
      rmSync(directory, { recursive: true });
    }, 60_000);

    /** What a user would have set for a machine with few cores, and as root. */
    const mpi = {
      OMPI_ALLOW_RUN_AS_ROOT: '1',
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
      OMPI_MCA_rmaps_base_oversubscribe: '1',
      OMPI_MCA_hwloc_base_binding_policy: 'none',
    };

    test.each(commands)('$command', async ({ command, output }) => {
      const { env } = slurm;
      const running = start('bash', ['-c', `cd "$0"\n${command}`, directory], {
        env: {
          ...{ ...env, ...mpi, SHEAF_TEST_TOKEN: token, PATH: `${join(directory, 'bin')}:${env.PATH}` },
          OMPI_MCA_oob_tcp_if_include: `${hosts.gateway}/24`,
        },
        timeLimitMs: 50_000,
      });
      const { code, stdout, stderr } = await running.ended;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      if (output !== undefined) expect(stdout).toBe(output);
    });
  },
);

test('the guide has commands to run', () => {
  expect(commands.length).toBeGreaterThan(10);
});
