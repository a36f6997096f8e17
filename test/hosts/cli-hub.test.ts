/** A hub and a desk as people set them up: two data folders, two processes, the command alone. */
import { expect, it, onTestFinished, vi } from 'vitest'
import { createEngine } from '../../main/engine/engine.ts'
import { createPorts } from '../../main/hosts/ports.ts'
import { hubDevicesDocument } from '../support/hub-documents.ts'
import { secretsInMemory } from '../support/test-core.ts'
import { dataFolderForTest, marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

const env = { MARSHAL_PASSPHRASE: 'correct horse battery staple' }

async function folder(): Promise<string> {
  const { dir, remove } = await dataFolderForTest()
  onTestFinished(remove)
  return dir
}

/** An event of its own, with a field that does not go to a hub. */
async function withSensitiveOwnField(dataDir: string): Promise<void> {
  const ports = await createPorts({ dataDir, secrets: secretsInMemory(), logLevel: 'error' })
  const engine = await createEngine(ports, { host: 'edge', version: '0.0.0-test', schedule: false })
  const { records, ownFields } = engine.client
  const { id } = await records.set({ entity: 'event', fields: { name: 'Club run' } })
  await ownFields.add({ eventId: id, label: 'Diet', sensitive: true })
  await engine.stop()
  ports.log.close()
}

async function serveHub(data: string, hubPort: string): Promise<RunningMarshal> {
  const address = ['--port', '0', '--hub', '--hub-host', '127.0.0.1', '--hub-port', hubPort]
  const running = new RunningMarshal(['--json', 'serve', ...address], { data, env })
  onTestFinished(async () => void (await running.end('SIGKILL')))
  await running.document()
  return running
}

interface Invitation {
  readonly code: string
  readonly url: string
}

const invite = async (data: string) =>
  (await marshalJson(['hub', 'invite'], { data, env })) as Invitation

it('a desk joins with address and code, has what the hub has, survives a killed hub, and is let in no more once revoked', async () => {
  const [data, desk] = [await folder(), await folder()]
  const made = (await marshalJson(['record', 'set', 'event', '--field', 'name=Spring Classic'], {
    ...{ data, env },
  })) as { readonly records: readonly { readonly id: string }[] }
  const { code: none } = await marshal(['hub', 'invite'], { data, env })
  expect(none, 'nothing is offered while no hub runs').toBe(2)
  const first = await serveHub(data, '0')
  const { code, url } = await invite(data)
  expect(code).toMatch(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/)
  const port = new URL(url).port
  await withSensitiveOwnField(desk)
  const join = ['hub', 'join', url, '--code', code, '--name', 'Desk 1']
  expect(await marshalJson(join, { data: desk, env })).toMatchObject({ result: 'success' })
  const events = (await marshalJson(['record', 'list', 'event'], { data: desk, env })) as {
    readonly records: readonly { readonly id: string }[]
  }
  expect(events.records.map(({ id }) => id)).toContain(made.records[0]!.id)

  // Killed while the desk works on: what was typed there arrives once it is back.
  await first.end('SIGKILL')
  const { code: gone } = await marshal(['hub', 'invite'], { data, env })
  expect(gone, 'nor for a hub that was killed').toBe(2)
  const unheard = hubDevicesDocument.parse(await marshalJson(['hub', 'devices'], { data, env }))
  expect(unheard.devices).toMatchObject([{ behind: null, clockOffsetMs: null }])
  await marshalJson(['record', 'set', 'person', '--field', 'lastName=Huber'], { data: desk, env })
  expect((await marshal(['sync', 'hub'], { data: desk, env })).code).not.toBe(0)
  await serveHub(data, port)
  await marshalJson(['sync', 'hub'], { data: desk, env })

  const listed = await marshalJson(['hub', 'devices'], { data, env })
  const { devices } = hubDevicesDocument.parse(listed)
  expect(devices).toMatchObject([{ name: 'Desk 1', behind: 0 }])
  // Both run on this computer.
  expect(Math.abs(devices[0]!.clockOffsetMs!)).toBeLessThan(10_000)
  await marshalJson(['hub', 'revoke', devices[0]!.id], { data, env })
  const refused = await marshal(['sync', 'hub'], { data: desk, env })
  expect(refused.stderr + refused.stdout).toMatch(/revoked|does not know this device/)
  const late = await folder()
  const again = await marshal(join, { data: late, env })
  expect(again.code).not.toBe(0)
  expect(again.stderr).toMatch(/used already/)
  // A laptop that was not let in can try again.
  expect(await marshalJson(['target', 'list'], { data: late, env })).toMatchObject({ targets: [] })
})
