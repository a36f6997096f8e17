/** A window on a race office that shares its entrants with a registration system: both sides change them. */
import type { MockSyncRecord } from '../../main/stand-ins/mock-sync-server/record.ts'
import type { RecordView } from '../../main/contract/records.ts'
import type { RunView } from '../../main/contract/sync.ts'
import type { TargetConfigInput } from '../../main/contract/targets.ts'
import { at } from '../targets/mock-sync-server/at-mock-sync.ts'
import { startMockSync, type MockSyncStandIn } from '../targets/mock-sync-server/stand-in.ts'
import { startWindowSite, type WindowSite } from '../support/window.ts'

type Values = Readonly<Record<string, string>>

export interface SharedOffice {
  readonly site: WindowSite
  readonly registration: MockSyncStandIn
  /** Connects the stand-in as `registration`, asking about what both sides changed. Nothing runs by itself. */
  connect(config?: Partial<TargetConfigInput>): Promise<void>
  sync(): Promise<RunView>
  person(fields: Values): Promise<RecordView>
  /** Somebody changes a record here. */
  editHere(id: string, fields: Values): Promise<void>
  /** Somebody changes at the registration what it knows by this id; it is created when unknown. */
  editThere(id: string, fields: Values): Promise<void>
  there(id: string): Promise<MockSyncRecord | undefined>
  here(id: string): Promise<RecordView>
  /** Persons both sides have and agree on, by their first names. */
  agreed(people: readonly Values[]): Promise<readonly RecordView[]>
  close(): Promise<void>
}

export async function openSharedOffice(): Promise<SharedOffice> {
  const [site, registration] = await Promise.all([startWindowSite(), startMockSync()])
  const { client } = site.engine
  const there = async (id: string) =>
    (await registration.records()).find((record) => record.id === id)
  // Each change there is later than the one before, as it is between people.
  let second = 1
  const office: SharedOffice = {
    site,
    registration,
    there,
    async connect(config = {}) {
      await client.targets.add({
        config: {
          name: 'registration',
          adapter: 'mock-sync-server',
          url: registration.url,
          mode: 'mirror',
          conflicts: 'merge-fields',
          ...config,
        },
      })
    },
    async sync() {
      const { runs } = await client.sync.run({ targets: ['registration'] })
      return runs[0]!
    },
    person: (fields) => client.records.set({ entity: 'person', fields }),
    async editHere(id, fields) {
      await client.records.set({ entity: 'person', id, fields })
    },
    async editThere(id, fields) {
      const current = (await there(id)) ?? { id, entity: 'person' }
      await registration.put([{ ...current, ...fields, timestamp: at(second++) }])
    },
    here: (id) => client.records.get({ entity: 'person', id }),
    async agreed(people) {
      const records: RecordView[] = []
      for (const fields of people) records.push(await office.person(fields))
      await office.sync()
      await office.sync()
      return records
    },
    async close() {
      await site.close()
      await registration.stop()
    },
  }
  return office
}
