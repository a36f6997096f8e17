import { exampleSystem } from '../../../main/engine/targets/example-system/adapter.ts'
import { testAdapter } from '../conformance/conformance.ts'
import type { ConformanceServer } from '../conformance/server.ts'
import { startExampleSystem } from './stand-in.ts'

const key = 'canary-example-system'

async function start(): Promise<ConformanceServer> {
  const process = await startExampleSystem(key)
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: key },
    lockOut: () => process.setKey('another-key'),
    letIn: () => process.setKey(key),
    stored: async () => (await process.dump()).map((body) => ({ remoteId: body.id, body })),
  }
}

testAdapter(exampleSystem, start, { simple: 'eventParticipant' })
