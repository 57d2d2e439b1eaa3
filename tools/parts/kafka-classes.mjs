import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { brokerCommand, classArchive, prepareBroker } from '../broker.mjs';
import { killGroup, run } from '../child.mjs';
import { freePort, waitForPort } from '../ports.mjs';

/**
 * Starts the broker once on a folder of its own and archives the classes it loaded, which halves later starts. A Java
 * that cannot archive leaves no file: then the broker just starts more slowly.
 * @param {{ home: string, java: string, env: NodeJS.ProcessEnv }} part
 */
export async function archiveClasses({ home, java, env }) {
  const dir = mkdtempSync(join(tmpdir(), 'soundflow-classes-'));
  try {
    const place = { dir, port: await freePort(), controllerPort: await freePort(), kafkaHome: home, java, env };
    await prepareBroker(place);
    const { command, args, cwd } = brokerCommand(place);
    /** @type {number | undefined} */
    let pid;
    const ended = run(command, [`-XX:ArchiveClassesAtExit=${classArchive(home)}`, ...args], {
      env,
      cwd,
      timeoutMs: 60_000,
      onStart: (started) => (pid = started),
    });
    await Promise.race([ended, waitForPort(place.port, { timeoutMs: 30_000 })]).catch(() => undefined);
    killGroup(pid, 'SIGTERM');
    await ended;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
