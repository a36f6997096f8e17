/** Everything that can be asked about targets. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { paging } from './conflicts.ts'
import { dataCollectConfig } from './datacollect.ts'
import { done, get, named, post } from './routes.ts'
import {
  adapterView,
  checkReport,
  choiceList,
  matchCount,
  outgoingRecord,
  readConfig,
  sampleView,
  signInStep,
  syncRecordFilter,
  syncRecordPage,
  targetConfig,
  targetStatus,
  targetView,
  usualReturnPort,
} from './targets.ts'
import { entityName } from './words.ts'

/** A saved target, or a configuration with secrets that are typed and not stored. */
const trial = z.object({
  name: z.string().optional(),
  config: z.unknown().optional(),
  secrets: z.record(z.string(), z.string()).optional(),
})

export const targetProcedures = {
  adapters: get('/adapters').output(z.array(adapterView)),
  list: get('/targets').output(z.array(targetView)),
  get: get('/targets/{name}').input(named).output(targetView),
  /**
   * Takes Marshal's own form, DataCollect's `externalSync` JSON, or a synchronisation of OpenConnector. `paused` adds it at rest, so that a rehearsal
   * can come before the first run.
   */
  add: post('/targets')
    .input(z.object({ config: z.unknown(), paused: z.boolean().default(false) }))
    .output(targetView),
  /** What such a document says in Marshal's form, and what of it cannot be taken. */
  read: post('/targets/read')
    .input(z.object({ config: z.unknown() }))
    .output(readConfig),
  update: post('/targets/{name}')
    .input(z.object({ name: z.string(), changes: z.record(z.string(), z.unknown()) }))
    .output(targetView),
  remove: post('/targets/{name}/remove').input(named).output(done),
  /** Tests a configuration that may not be saved yet, with secrets typed but not stored. */
  test: post('/targets/test').input(trial).output(checkReport),
  /** One page of a target as it came, and what its first records would be here. Nothing is kept. */
  sample: post('/targets/sample').input(trial).output(sampleView),
  /** A few records of a kind as they are here and as a configuration would send them. Nothing is sent. */
  outgoing: post('/targets/outgoing')
    .input(trial.extend({ entity: entityName }))
    .output(z.array(outgoingRecord)),
  /** How many live records a filter (JSON Logic) lets through, of each kind it is about; stops when nobody waits any more. */
  matching: post('/targets/matching')
    .input(z.object({ filter: z.record(z.string(), z.unknown()) }))
    .output(z.array(matchCount)),
  /** An adapter as settings make it: the kinds of records there are may depend on them. */
  asSet: post('/adapters/as-set')
    .input(z.object({ adapter: z.string(), settings: z.record(z.string(), z.unknown()) }))
    // Null for settings that do not fit yet.
    .output(adapterView.nullable()),
  /** The list a setting is chosen from, as the system answers it now; also before anything is saved. */
  choices: post('/targets/choices')
    .input(trial.extend({ setting: z.string(), search: z.string().max(200).default('') }))
    .output(choiceList),
  pause: post('/targets/{name}/pause').input(named).output(targetStatus),
  resume: post('/targets/{name}/resume').input(named).output(targetStatus),
  export: get('/targets/{name}/export').input(named).output(targetConfig),
  /** The same as DataCollect's `externalSync` JSON. */
  exportDataCollect: get('/targets/{name}/export/datacollect')
    .input(named)
    .output(dataCollectConfig),
  /** What the target knows of single records. */
  syncRecords: post('/targets/{name}/sync-records')
    .input(syncRecordFilter.extend(paging.shape).extend({ name: z.string() }))
    .output(syncRecordPage),
  /**
   * Begins a sign-in with a browser (`oauth2`): where to send it. It comes back to `redirectUri`, an address of this
   * computer, with the state and a code that `signedIn` takes within ten minutes.
   */
  signIn: post('/targets/{name}/sign-in')
    .input(z.object({ name: z.string(), redirectUri: z.string().max(500) }))
    .output(z.object({ url: z.string(), state: z.string() })),
  /** Gets tokens for the code a browser came back with, and keeps them. Each state is good once. */
  signedIn: post('/targets/{name}/signed-in')
    .input(z.object({ name: z.string(), state: z.string(), code: z.string().min(1).max(5_000) }))
    .output(done),
  /**
   * The same with a browser on the computer the engine runs on, which waits there itself: where to send the browser,
   * then how it ended. Leaving the stream ends the waiting.
   */
  connect: post('/targets/{name}/connect')
    .input(
      z.object({
        name: z.string(),
        port: z.number().int().min(0).max(65_535).default(usualReturnPort),
      }),
    )
    .output(eventIterator(signInStep)),
  /** Write-only: a stored secret is never shown again. An empty value removes it. */
  secret: post('/targets/{name}/secrets')
    .input(z.object({ name: z.string(), key: z.string(), value: z.string().max(20_000) }))
    .output(done),
}
