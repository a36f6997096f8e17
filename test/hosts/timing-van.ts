/** A timing van for tests of the command line: a data folder for each test, and one timing system, emptied before each. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { runsDocument } from '../support/command-documents.ts'
import { dataFolderForTest, marshal, marshalJson } from '../support/run-marshal.ts'
import { standInKey, startTagServer, type TagServerStandIn } from '../targets/tagserver/stand-in.ts'

export const env = { MARSHAL_PASSPHRASE: 'correct horse battery staple' }

type More = Readonly<Record<string, unknown>>

/** Registers what sets it up and takes it down. Its parts are those of the test that runs. */
export function timingVan() {
  let data: string
  let timing: TagServerStandIn
  let remove: () => Promise<void>
  beforeAll(async () => {
    timing = await startTagServer()
  })
  beforeEach(async () => {
    await timing.plug()
    await timing.reset()
    await timing.setKey(standInKey)
    const folder = await dataFolderForTest()
    data = folder.dir
    remove = folder.remove
  })
  afterEach(() => remove())
  afterAll(() => timing.stop())

  const json = (args: readonly string[], more: { code?: number; input?: string } = {}) =>
    marshalJson(args, { data, env, ...more })
  /** What is given to `target add` to connect it. */
  const config = (more: More = {}) =>
    JSON.stringify({
      name: 'timing-van',
      adapter: 'tagserver',
      url: timing.url,
      auth: 'api-key',
      secrets: { apiKey: standInKey },
      ...more,
    })
  return {
    get data() {
      return data
    },
    get timing() {
      return timing
    },
    json,
    run: (args: readonly string[], input?: string) =>
      marshal(args, { data, env, ...(input === undefined ? {} : { input }) }),
    config,
    addTarget: (more: More = {}) => json(['target', 'add', '-'], { input: config(more) }),
    addPerson: (...fields: readonly string[]) =>
      json([
        'record',
        'set',
        'person',
        ...fields.flatMap((field) => ['--field', field]),
      ]) as Promise<{
        records: [{ id: string }]
      }>,
    sync: async (args: readonly string[] = [], code = 0) =>
      runsDocument.parse(await json(['sync', ...args], { code })).runs,
  }
}
