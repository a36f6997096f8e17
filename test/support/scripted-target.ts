/** A target of persons whose pages are written down in the test, at a real database and without a network. */
import { z } from 'zod'
import type { Http } from '../../main/engine/ports.ts'
import type { RunKind } from '../../main/contract/words.ts'
import { writeScope } from '../../main/engine/store/links/scope.ts'
import { rows } from '../../main/engine/store/sql/statement.ts'
import { findTarget, insertTarget } from '../../main/engine/store/runs/targets.ts'
import { createBreaker } from '../../main/engine/sync/breaker.ts'
import { plainOptions } from '../../main/engine/sync/run-context.ts'
import { executeRun, type RunOutcome } from '../../main/engine/sync/runs/execute-run.ts'
import type { Adapter, RemotePage, RemoteRecord } from '../../main/engine/targets/kit/adapter.ts'
import { defineAdapter } from '../../main/engine/targets/kit/define-adapter.ts'
import type { WalkBounds } from '../../main/engine/targets/kit/walk-limit.ts'
import { openTestCore, type TestCore } from './test-core.ts'

/** Pages in order, or a page for each number from 0. */
export type Pages = readonly RemotePage[] | ((at: number) => RemotePage)

export interface ScriptedTarget {
  readonly test: TestCore
  pages: Pages
  bounds: Partial<WalkBounds>
  run(kind: RunKind): Promise<RunOutcome>
  /** Of everybody here, sorted. */
  firstNames(): Promise<readonly string[]>
  close(): Promise<void>
}

/** A page; the cursor behind it is put there by the target. */
export const page = (records: readonly RemoteRecord[], more = false): RemotePage => ({
  records,
  unreadable: [],
  cursor: null,
  more,
  complete: !more,
})

/** @param second of its own time, since 1970 */
export const remotePerson = (
  remoteId: string,
  body: Readonly<Record<string, string>>,
  second = 1_000,
): RemoteRecord => ({
  entity: 'person',
  remoteId,
  version: `${second} ${JSON.stringify(body)}`,
  modifiedOn: second * 1_000_000,
  deleted: false,
  body,
})

/** For adapters that ask nobody. */
export const noNetwork: Http = {
  open: () => ({ request: () => Promise.reject(new Error('No network')), close: async () => {} }),
}

export async function openScriptedTarget(): Promise<ScriptedTarget> {
  const test = await openTestCore({ http: noNetwork })
  const scripted = {
    test,
    pages: [] as Pages,
    bounds: {} as Partial<WalkBounds>,
    async run(kind: RunKind) {
      const adapters = new Map([['scripted', adapterOf(scripted)]])
      const core = { ...test.core, adapters }
      const target = (await findTarget(core.db, 'timing'))!
      const request = { kind, trigger: 'manual', options: plainOptions } as const
      const breaker = createBreaker(core.ports.clock)
      return executeRun(core, target, request, { breaker, signal: new AbortController().signal })
    },
    async firstNames() {
      const found = await rows<{ name: string }>(
        test.core.reader,
        `SELECT firstName AS name FROM person WHERE deletedOn IS NULL ORDER BY firstName`,
      )
      return found.map(({ name }) => name)
    },
    close: () => test.close(),
  }
  await test.core.db.transaction().execute(async (trx) => {
    const id = await insertTarget(
      trx,
      {
        name: 'timing',
        adapter: 'scripted',
        url: 'http://127.0.0.1',
        auth: 'none',
        settings: {},
        mode: 'mirror',
        direction: 'inbound',
        conflicts: 'master-wins',
        remoteDeletion: 'delete',
        entities: ['person'],
        filter: null,
        mapping: [],
        owners: {},
        sensitive: [],
        schedule: { delta: null, reconcile: null },
        allowInsecure: false,
      },
      1,
    )
    const scope = {
      entity: 'person',
      outbound: false,
      inbound: true,
      firstState: 'linked',
    } as const
    await writeScope(trx, id, [scope])
  })
  return scripted
}

function adapterOf(scripted: Pick<ScriptedTarget, 'pages' | 'bounds'>): Adapter {
  return defineAdapter({
    manifest: {
      name: 'scripted',
      label: 'Scripted',
      description: 'Pages that are written down.',
      kind: 'testing',
      direction: 'inbound',
      auth: ['none'],
      settings: z.object({}),
      secrets: [],
      resources: [
        {
          root: 'person',
          remoteName: 'people',
          direction: 'inbound',
          fields: ['firstName', 'lastName'],
          changes: 'since',
          deletion: 'none',
          toRemote: () => ({}),
          fromRemote: (raw) => ({ fields: raw as Readonly<Record<string, string>>, refs: {} }),
        },
      ],
      limits: { concurrency: 1, batchSize: 1, listing: scripted.bounds },
      idempotency: 'none',
      batches: false,
      defaults: { mode: 'mirror', conflicts: 'master-wins' },
    },
    connect: async () => ({
      check: async () => [],
      probe: async () => {},
      send: async () => [],
      async changes(_entity, cursor) {
        const at = Number(cursor ?? 0)
        const { pages } = scripted
        const found = typeof pages === 'function' ? pages(at) : (pages[at] ?? page([]))
        return { ...found, cursor: String(at + 1) }
      },
      close: async () => {},
    }),
  })
}
