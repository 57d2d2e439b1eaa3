import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { renderGraph } from '../core/graph.ts';
import { loadAssets } from '../workers/load-assets.ts';
import { repositoryOf } from '../workers/repository.ts';

const SEARCH = `import { z } from 'zod';
import { topic } from '../define.ts';
import { device, session, time, user } from '../event-blocks.ts';

export default topic({
  key: 'search_events',
  description: 'One event for each search.',
  event: z.object({ ...time, ...session, ...device, ...user, query: z.string().describe('What was searched for.') }),
});
`;

/** Inside the repository, so that the copies are compiled as the originals are. */
async function copyFolder(): Promise<string> {
  await mkdir('.soundflow', { recursive: true });
  return mkdtemp(join(resolve('.soundflow'), 'assets-'));
}

describe('the assets of this code', () => {
  it('are these, made from these', async () => {
    expect(renderGraph(repositoryOf(await loadAssets(resolve('assets'))).graph)).toMatchInlineSnapshot(`
     "auth_events <-
     listen_events <-
     mart_active_users <- stg_auth_events, stg_listen_events, stg_page_view_events, stg_status_change_events
     mart_location_analytics <- stg_listen_events
     mart_top_songs <- stg_listen_events
     page_view_events <-
     status_change_events <-
     stg_auth_events <- auth_events
     stg_listen_events <- listen_events
     stg_page_view_events <- page_view_events
     stg_status_change_events <- status_change_events
     "
    `);
  });

  it('gain one by adding one file', async () => {
    const copy = await copyFolder();
    try {
      for (const folder of ['assets', 'core']) await cp(folder, join(copy, folder), { recursive: true });
      await symlink(resolve('node_modules'), join(copy, 'node_modules'));
      await writeFile(join(copy, 'assets', 'topics', 'search_events.ts'), SEARCH);
      const before = repositoryOf(await loadAssets(resolve('assets')));
      const after = repositoryOf(await loadAssets(join(copy, 'assets')));
      expect(after.graph.nodes.length).toBe(before.graph.nodes.length + 1);
      expect(after.topics.get('search_events')?.contract.columns.map((column) => column.name)).toContain('query');
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });

  it('are refused when a file and its key differ', async () => {
    const copy = await copyFolder();
    try {
      for (const folder of ['assets', 'core']) await cp(folder, join(copy, folder), { recursive: true });
      await symlink(resolve('node_modules'), join(copy, 'node_modules'));
      await writeFile(join(copy, 'assets', 'topics', 'searches.ts'), SEARCH);
      await expect(loadAssets(join(copy, 'assets'))).rejects.toThrow(/searches\.ts: its key is search_events/);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
});
