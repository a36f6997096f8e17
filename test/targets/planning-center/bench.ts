/** A connection to the Planning Center stand-in, changes as the engine freezes them, and what was asked there. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Fields } from '../../../main/engine/model/record.ts'
import type {
  OutgoingChange,
  RemotePage,
  RemoteRecord,
  SendOutcome,
} from '../../../main/engine/targets/kit/adapter.ts'
import { mergePatch } from '../../../main/engine/targets/kit/merge-patch.ts'
import { noParts } from '../../../main/engine/targets/kit/resource.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { changeOf } from '../conformance/sample-records.ts'
import { startPlanningCenter, type PlanningCenterStandIn } from './stand-in.ts'
import {
  planningCenterKey,
  planningCenterServer,
  planningCenterWithAll,
  unhurried,
} from './subject.ts'

export const ida = { firstName: 'Ida', lastName: 'Voss', email: 'ida@example.org' } as const

export interface Known {
  readonly remoteId: string
  readonly remoteVersion: string | null
}

export interface Site {
  readonly server: PlanningCenterStandIn
  readonly bench: AdapterBench
  /** A new person. */
  made(fields: Fields): OutgoingChange
  /** An edit; `before` is what was agreed, left out where that is not known. */
  edited(known: Known, fields: Fields, before?: Fields): OutgoingChange
  send(change: OutgoingChange): Promise<SendOutcome>
  /** Sends what has to be taken. */
  done(change: OutgoingChange): Promise<Known>
  /** All pages of people from a cursor on. */
  walk(cursor?: string | null): Promise<Walk>
  /** Requests since the last call, such as `PATCH /people/v2/people/1`. */
  requests(): Promise<readonly string[]>
}

export interface Walk {
  readonly records: readonly RemoteRecord[]
  readonly pages: readonly RemotePage[]
  readonly cursor: string | null
}

/** Declares that each test of the file has a fresh site. */
export function useSite(settings: Readonly<Record<string, unknown>> = {}): Site {
  let server: PlanningCenterStandIn
  let bench: AdapterBench
  let seen = 0
  beforeAll(async () => {
    server = await startPlanningCenter({ key: planningCenterKey })
  })
  beforeEach(async () => {
    await server.reset()
    await server.turn(unhurried)
    seen = 0
    bench = await openBench(planningCenterWithAll, planningCenterServer(server), {}, settings)
  })
  afterEach(() => bench.close())
  afterAll(() => server.stop())

  const whole = (fields: Fields) => ({
    ...Object.fromEntries(bench.binding('person').fields.map((name) => [name, null])),
    ...fields,
  })
  const send = async (change: OutgoingChange) => (await bench.send('person', [change]))[0]!
  return {
    get server() {
      return server
    },
    get bench() {
      return bench
    },
    made: (fields) => changeOf(bench.binding('person'), 'create', fields),
    edited({ remoteId, remoteVersion }, fields, before) {
      const binding = bench.binding('person')
      const change = changeOf(binding, 'update', fields, { remoteId })
      const patch =
        before === undefined
          ? null
          : mergePatch(binding.toRemote(whole(before), {}, noParts), change.body)
      return { ...change, remoteVersion, patch }
    },
    send,
    async done(change) {
      const outcome = await send(change)
      if (outcome.status !== 'done') throw outcome.error
      return { remoteId: outcome.remoteId, remoteVersion: outcome.remoteVersion ?? null }
    },
    async walk(from = null) {
      const pages: RemotePage[] = []
      let cursor = from
      do {
        pages.push(await bench.connection.changes!('person', cursor, bench.signal))
        cursor = pages.at(-1)!.cursor
      } while (pages.at(-1)!.more)
      return { records: pages.flatMap(({ records }) => records), pages, cursor }
    },
    async requests() {
      const log = await server.log()
      const fresh = log.filter(({ no }) => no > seen)
      seen = log.at(-1)?.no ?? seen
      return fresh.map((one) => `${one.method} ${one.path.split('?')[0]}`)
    },
  }
}
