/** The mock sync server as a target of tests. */
import type { EntityName } from '../../../main/contract/words.ts'
import type { RemoteBody } from '../../../main/engine/targets/kit/adapter.ts'
import { mockSyncServer } from '../../../main/stand-ins/mock-sync-server/stand-in.ts'
import type { PlainTarget } from '../../support/test-target.ts'
import { startMockSync, type MockSyncStandIn } from './stand-in.ts'

export const mockSyncTarget: PlainTarget<MockSyncStandIn> = {
  adapter: 'mock-sync-server',
  ...mockSyncServer.signIn(''),
  standIn: () => startMockSync(),
  async contentOf(server) {
    const content = new Map<EntityName, Map<string, RemoteBody>>()
    for (const record of await server.records()) {
      if (record.deleted) continue
      const entity = record.entity as EntityName
      content.set(entity, (content.get(entity) ?? new Map()).set(record.id, record))
    }
    return content
  },
}
