/** A connection to the RunSignup stand-in, changes as the engine freezes them, and walks through what changed there. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { normaliseFields, type Fields } from '../../../main/engine/model/record.ts'
import type {
  OutgoingChange,
  Refs,
  RemotePage,
  RemoteRecord,
  SendOutcome,
} from '../../../main/engine/targets/kit/adapter.ts'
import { runsignup } from '../../../main/engine/targets/runsignup/adapter.ts'
import {
  eventId,
  raceId,
  runSignupSecret,
  startRunSignup,
  type RunSignupStandIn,
} from './stand-in.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import type { PullServer } from '../conformance/server.ts'
import { changeOf, partOf } from '../conformance/sample-records.ts'

export interface SiteBench extends AdapterBench {
  /** A new registration of somebody, in our fields. */
  entrant(person: Fields, own?: Fields, refs?: Refs): OutgoingChange
  /** An edit of what a record says; `version` is what came with it. */
  edit(
    entity: 'person' | 'eventParticipant',
    record: Pick<RemoteRecord, 'remoteId' | 'version'>,
    fields: Fields,
    refs?: Refs,
  ): OutgoingChange
  deletion(remoteId: string | number): OutgoingChange
  /** The next page of registrations. */
  page(cursor?: string | null): Promise<RemotePage>
  /** All pages from a cursor on. */
  walk(cursor?: string | null): Promise<Walk>
}

export interface Walk {
  readonly records: readonly RemoteRecord[]
  readonly pages: readonly RemotePage[]
  readonly cursor: string | null
  of(entity: RemoteRecord['entity']): readonly RemoteRecord[]
}

/** The stand-in as the conformance suite sees it: one event, small pages. */
export function conform(process: RunSignupStandIn): PullServer {
  return {
    process,
    auth: 'bearer',
    secrets: { token: runSignupSecret },
    settings: { raceId: String(raceId), eventIds: String(eventId), pageSize: 500 },
    parents: { event: String(raceId) },
    lockOut: () => process.setSecret('another-secret'),
    async letIn() {
      await process.setSecret(runSignupSecret)
      // The suite's samples all have the same name.
      await process.turn({ restrictsDuplicates: false })
    },
    async stored(entity) {
      if (entity !== 'eventParticipant') return []
      return (await process.present()).map((one) => ({
        remoteId: String(one.registration_id),
        body: { ...one, race_id: raceId },
      }))
    },
    async putTogether(_entity, count, prefix) {
      const list = Array.from({ length: count }, (_, n) => ({
        user: { first_name: prefix, last_name: `Runner ${n}` },
      }))
      return (await process.load(list)).map(({ registrationId }) => String(registrationId))
    },
    removeThere: (_entity, remoteId) => process.remove(Number(remoteId)),
  }
}

/** Opens a connection; the settings name race and event unless told otherwise. */
export async function openSite(
  process: RunSignupStandIn,
  settings: Readonly<Record<string, unknown>> = {},
  auth = 'bearer',
  secrets: Readonly<Record<string, string>> = { token: runSignupSecret },
): Promise<SiteBench> {
  const bench = await openBench(
    runsignup,
    { ...conform(process), auth, secrets },
    {},
    { pageSize: 2_500, ...settings },
  )
  const page = (cursor: string | null = null) => {
    const { changes } = bench.connection
    if (!changes) throw new Error('cannot pull')
    return changes('eventParticipant', cursor, bench.signal)
  }
  return Object.assign(bench, {
    page,
    async walk(cursor: string | null = null) {
      const pages = [await page(cursor)]
      while (pages.at(-1)!.more) pages.push(await page(pages.at(-1)!.cursor))
      const records = pages.flatMap((one) => one.records)
      return {
        records,
        pages,
        cursor: pages.at(-1)!.cursor,
        of: (entity: RemoteRecord['entity']) => records.filter((one) => one.entity === entity),
      }
    },
    entrant: (person: Fields, own: Fields = {}, refs: Refs = {}) =>
      changeOf(bench.binding('eventParticipant'), 'create', normal('eventParticipant', own), {
        refs: { event: String(raceId), ...refs },
        parts: partOf('person', normal('person', person)),
      }),
    edit: (
      entity: 'person' | 'eventParticipant',
      { remoteId, version }: Pick<RemoteRecord, 'remoteId' | 'version'>,
      fields: Fields,
      refs: Refs = {},
    ) => ({
      ...changeOf(bench.binding(entity), 'update', normal(entity, fields), {
        refs: { event: String(raceId), ...refs },
        remoteId,
        parts: partOf('person', {}),
      }),
      remoteVersion: version,
    }),
    deletion: (remoteId: string | number) =>
      changeOf(bench.binding('eventParticipant'), 'delete', {}, { remoteId: String(remoteId) }),
  })
}

function normal(entity: 'person' | 'eventParticipant', fields: Fields): Fields {
  const { fields: tidy, invalid } = normaliseFields(entity, fields)
  if (Object.keys(invalid).length > 0) throw new Error(JSON.stringify(invalid))
  return tidy
}

/** The outcome of a change that worked; fails the test otherwise. */
export function doneOf(outcome: SendOutcome | undefined): Extract<SendOutcome, { status: 'done' }> {
  if (outcome?.status === 'failed') throw outcome.error
  if (!outcome) throw new Error('no outcome')
  return outcome
}

/** RunSignup for the tests of a file. */
export interface RunSignupSite {
  /** Emptied before each test. */
  readonly server: RunSignupStandIn
  /** Opened for each test. */
  readonly bench: SiteBench
  /** Opens another connection; closed after the test. */
  readonly open: (settings: Readonly<Record<string, unknown>>) => Promise<SiteBench>
}

/** Registers what starts a stand-in for a file and closes every connection after each of its tests. */
export function withRunSignup(): RunSignupSite {
  const opened: SiteBench[] = []
  let server: RunSignupStandIn
  const open = async (settings: Readonly<Record<string, unknown>> = {}) => {
    const one = await openSite(server, settings)
    opened.push(one)
    return one
  }
  beforeAll(async () => {
    server = await startRunSignup()
  })
  beforeEach(async () => {
    await server.reset()
    await open()
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })
  afterAll(() => server.stop())
  return {
    get server() {
      return server
    },
    get bench() {
      return opened[0]!
    },
    open,
  }
}

/** Somebody in our fields, and the same there. */
export const ana = {
  firstName: 'Ana',
  lastName: 'Sá',
  email: 'ana@example.org',
  dateOfBirth: '1990-01-02',
  gender: 'female',
  phone: '+14155550123',
  city: 'Boulder',
  country: 'US',
}
export const anaThere = {
  first_name: 'Ana',
  last_name: 'Sá',
  email: 'ana@example.org',
  dob: '1990-01-02',
  gender: 'F',
  phone: '415-555-0123',
}
