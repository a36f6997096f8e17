/**
 * Everything that can be asked of the engine, by name. One contract, two transports: a MessagePort in the desktop app,
 * HTTP (`/rpc`, and `/api` with an OpenAPI document) on the edge host. A missing handler is a compile error.
 */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import {
  conflictDecision,
  conflictFilter,
  conflictGroup,
  conflictPage,
  conflictView,
  decisionReport,
  matchFilter,
  matchPage,
  paging,
} from './conflicts.ts'
import {
  checkInRuleSet,
  deskEvent,
  deskOutcome,
  entrantCard,
  entrantChange,
  foundEntrants,
  openConversation,
  searchInput,
  walkUpInput,
} from './desk.ts'
import { demoView } from './demo.ts'
import { deviceProcedures } from './device-procedures.ts'
import { doublePage, mergeInput } from './doubles.ts'
import {
  exportFormat,
  importEntity,
  importOptions,
  importPreview,
  importProgress,
  importRun,
  readingChoices,
  undoProgress,
} from './imports.ts'
import { newOwnField, ownField, ownFieldChange } from './own-fields.ts'
import {
  alongGroup,
  entityView,
  fieldValue,
  historyFilter,
  historyInput,
  historyPage,
  manyChanged,
  manyChanges,
  recordListInput,
  recordPage,
  recordView,
} from './records.ts'
import { readinessReport } from './readiness.ts'
import { rosterChoice, rosterInput, rosterPage, rosterPartView } from './roster.ts'
import {
  aboutView,
  backupView,
  integrityReport,
  sessionView,
  settings,
  settingsChange,
  triedBackup,
} from './settings.ts'
import {
  failureFilter,
  failureGroup,
  failureView,
  liveEvent,
  compareReport,
  rehearsalReport,
  runError,
  runView,
  statusView,
  syncInput,
} from './sync.ts'
import { deskLock, deskModes, pinAnswer, pinInput } from './desk-modes.ts'
import { done, get, named, post } from './routes.ts'
import { targetProcedures } from './target-procedures.ts'
import { entityName } from './words.ts'

const switched = z.object({ on: z.boolean().nullable() })
const recordKey = z.object({ entity: entityName, id: z.string() })

export const contract = {
  status: {
    get: get('/status').output(statusView),
    /** Live state: a full status first, then every change. */
    watch: get('/status/watch').output(eventIterator(liveEvent)),
  },
  model: {
    entities: get('/model/entities').output(z.array(entityView)),
  },
  /** Fields an event defines for its own entrants. */
  ownFields: {
    list: get('/own-fields')
      .input(z.object({ eventId: z.string().optional() }))
      .output(z.array(ownField)),
    add: post('/own-fields').input(newOwnField).output(ownField),
    change: post('/own-fields/change').input(ownFieldChange).output(ownField),
    /** Values of entrants stay in their records and history. */
    remove: post('/own-fields/remove')
      .input(z.object({ eventId: z.string(), name: z.string() }))
      .output(done),
  },
  desk: {
    events: get('/desk/events').output(z.array(deskEvent)),
    search: post('/desk/search').input(searchInput).output(foundEntrants),
    entrant: get('/desk/entrants/{id}')
      .input(z.object({ id: z.string() }))
      .output(entrantCard),
    /** What an entrant has asked the support and is not settled; as it was received last, whether or not it answers now. */
    conversations: get('/desk/entrants/{id}/conversations')
      .input(z.object({ id: z.string() }))
      .output(
        z.object({
          /** Targets that have conversations; none: there is nothing to show. */
          targets: z.array(z.string()),
          conversations: z.array(openConversation),
        }),
      ),
    /** A scanned or typed code ending in Enter: tag, bib, or nobody. */
    scan: post('/desk/scan')
      .input(z.object({ eventId: z.string().nullable().default(null), code: z.string().max(200) }))
      .output(deskOutcome),
    checkIn: post('/desk/check-in')
      .input(z.object({ id: z.string(), undo: z.boolean().default(false) }))
      .output(deskOutcome),
    change: post('/desk/change').input(entrantChange).output(deskOutcome),
    /** What an event asks for before a check-in. */
    rules: get('/desk/events/{eventId}/rules')
      .input(z.object({ eventId: z.string() }))
      .output(checkInRuleSet),
    setRules: post('/desk/events/{eventId}/rules')
      .input(z.object({ eventId: z.string(), rules: checkInRuleSet }))
      .output(checkInRuleSet),
    /** What desks of an event may do and show, beside everything. */
    modes: get('/desk/events/{eventId}/modes')
      .input(z.object({ eventId: z.string() }))
      .output(deskModes),
    setModes: post('/desk/events/{eventId}/modes')
      .input(z.object({ eventId: z.string(), modes: deskModes }))
      .output(deskModes),
    /** Whether there is a PIN that locks desks to a mode; the PIN itself is nowhere. */
    pin: get('/desk/pin').output(z.object({ isSet: z.boolean() })),
    setPin: post('/desk/pin').input(pinInput).output(done),
    /** The mode this browser is locked to: the engine then refuses what the mode does not allow. */
    locked: get('/desk/lock').output(z.object({ lock: deskLock.nullable() })),
    /**
     * Both take the PIN. After a few wrong ones, one is looked at only now and again. Where one is set, a browser may lock
     * itself without it.
     */
    lock: post('/desk/lock')
      .input(pinInput.partial().extend({ eventId: z.string(), modeId: z.string() }))
      .output(pinAnswer),
    unlock: post('/desk/unlock').input(pinInput).output(pinAnswer),
    walkUp: post('/desk/walk-up').input(walkUpInput).output(deskOutcome),
  },
  /** The entrants of an event in the order they are printed in. */
  roster: {
    parts: post('/roster/parts')
      .input(rosterChoice)
      .output(z.object({ parts: z.array(rosterPartView) })),
    page: post('/roster').input(rosterInput).output(rosterPage),
  },
  records: {
    list: post('/records/list').input(recordListInput).output(recordPage),
    get: get('/records/{entity}/{id}').input(recordKey).output(recordView),
    /** Creates without an id, else changes the given fields. */
    set: post('/records/set')
      .input(
        z.object({
          entity: entityName,
          id: z.string().optional(),
          fields: z.record(z.string(), fieldValue),
        }),
      )
      .output(recordView),
    /** One transaction: all of them, or none. */
    setMany: post('/records/set-many').input(manyChanges).output(manyChanged),
    /** Refused while others refer to it, unless `withChildren`: then what cannot be without it goes along, or nothing. */
    remove: post('/records/remove')
      .input(recordKey.extend({ withChildren: z.boolean().default(false) }))
      .output(done.extend({ along: z.array(alongGroup) })),
    /** What a deletion with children would do to others now. */
    along: post('/records/along')
      .input(recordKey)
      .output(z.object({ along: z.array(alongGroup) })),
    history: post('/records/history').input(historyInput).output(historyPage),
    /** Who has changed something by hand, ever; the latest first. */
    workers: get('/records/workers').output(z.array(z.string())),
    /** Writes back what a change (`id` of a history entry) replaced, if nothing came after it; else refused. */
    undo: post('/records/undo')
      .input(z.object({ id: z.string() }))
      .output(done),
    /** The history as formula-safe CSV in pieces, newest first, sensitive fields left out. */
    exportHistory: post('/records/history/export')
      .input(historyFilter)
      .output(eventIterator(z.string())),
  },
  targets: targetProcedures,
  sync: {
    /** Runs now and answers when all are finished. */
    run: post('/sync')
      .input(syncInput)
      .output(z.object({ runs: z.array(runView) })),
    /** Asks for a run and answers at once; follow it on the live stream. */
    start: post('/sync/start')
      .input(syncInput)
      .output(z.object({ targets: z.array(z.string()) })),
    rehearse: post('/sync/rehearse')
      .input(
        z.object({
          name: z.string(),
          limit: z.number().int().min(1).max(1000).default(20),
          /** Also the exact requests of the first page. */
          requests: z.boolean().default(false),
          /** As a run that sends everything again, also what did not change. */
          force: z.boolean().default(false),
        }),
      )
      .output(rehearsalReport),
    cancel: post('/sync/cancel').input(named).output(done),
    runs: post('/sync/runs')
      .input(
        z.object({
          name: z.string().optional(),
          limit: z.number().int().min(1).max(500).default(50),
        }),
      )
      .output(z.object({ runs: z.array(runView) })),
    /** Everything a run could not do, beyond the hundred errors its view carries. */
    runErrors: post('/sync/runs/{id}/errors')
      .input(paging.extend({ id: z.string() }))
      .output(z.object({ errors: z.array(runError), next: z.string().nullable() })),
    /** Lists the target in full and says where it differs; writes nothing on either side. */
    compare: post('/sync/compare')
      .input(z.object({ name: z.string(), limit: z.number().int().min(1).max(1000).default(200) }))
      .output(compareReport),
    pauseAll: post('/sync/pause-all')
      .input(z.object({ paused: z.boolean() }))
      .output(done),
  },
  failures: {
    list: post('/failures')
      .input(failureFilter.extend(paging.shape))
      .output(z.object({ failures: z.array(failureView), next: z.string().nullable() })),
    groups: post('/failures/groups')
      .input(z.object({ target: z.string().optional() }))
      .output(z.object({ groups: z.array(failureGroup) })),
    /** What a record that could not be taken over says, by our fields and as it says it; sensitive values are left out. */
    received: post('/failures/received')
      .input(z.object({ id: z.string() }))
      .output(z.object({ entity: entityName, fields: z.record(z.string(), fieldValue) })),
    /** Refused while all targets concerned are paused, unless `resume` is set. */
    retry: post('/failures/retry')
      .input(failureFilter.extend({ resume: z.boolean().default(false) }))
      .output(z.object({ count: z.number().int() })),
    discard: post('/failures/discard')
      .input(failureFilter)
      .output(z.object({ count: z.number().int() })),
  },
  conflicts: {
    list: post('/conflicts').input(conflictFilter.extend(paging.shape)).output(conflictPage),
    get: get('/conflicts/{id}')
      .input(z.object({ id: z.string() }))
      .output(conflictView),
    groups: post('/conflicts/groups')
      .input(z.object({ target: z.string().optional() }))
      .output(z.object({ groups: z.array(conflictGroup) })),
    resolve: post('/conflicts/resolve').input(conflictDecision).output(decisionReport),
  },
  doubles: {
    list: post('/doubles').input(paging).output(doublePage),
    /** The same person: one record stays, the other's entries and consents become theirs. */
    merge: post('/doubles/merge')
      .input(mergeInput)
      .output(z.object({ count: z.number().int() })),
    /** Different people; nobody is asked about the two again. */
    different: post('/doubles/different')
      .input(z.object({ id: z.string() }))
      .output(z.object({ count: z.number().int() })),
  },
  matches: {
    list: post('/matches').input(matchFilter.extend(paging.shape)).output(matchPage),
    /**
     * Possible: links to `recordId`, or to the only candidate. Remote: links to `recordId`, or makes it a record of ours.
     * Local: sends it.
     */
    accept: post('/matches/accept')
      .input(matchFilter.extend({ recordId: z.string().optional() }))
      .output(decisionReport),
    /** Possible: none of these, so it is what the mode makes of an unknown record. Remote and local: left where it is. */
    reject: post('/matches/reject').input(matchFilter).output(decisionReport),
  },
  imports: {
    /** Uploads come in pieces so that no request passes the size limit. */
    begin: post('/imports')
      .input(z.object({ fileName: z.string().max(200) }))
      .output(z.object({ id: z.string() })),
    append: post('/imports/{id}/append')
      .input(
        z.object({
          id: z.string(),
          /** Text that becomes UTF-8; or, for a file as it lies there, its bytes. */
          text: z.string().max(700_000).optional(),
          base64: z.base64().max(700_000).optional(),
        }),
      )
      .output(done),
    preview: post('/imports/{id}/preview')
      .input(
        z.object({
          id: z.string(),
          entity: importEntity,
          map: z.record(z.string(), z.string()).default({}),
          /** Named for all rows: a column of events then fills nothing. */
          event: z.string().optional(),
          reading: readingChoices.optional(),
          fresh: z.boolean().optional(),
        }),
      )
      .output(importPreview),
    run: post('/imports/{id}/run')
      .input(importOptions.extend({ id: z.string() }))
      .output(eventIterator(importProgress)),
    cancel: post('/imports/{id}/cancel')
      .input(z.object({ id: z.string() }))
      .output(done),
    /** Imports that changed something, newest first. */
    list: post('/import-runs')
      .input(
        z.object({
          limit: z.number().int().min(1).max(200).default(20),
          before: z.number().int().nullable().default(null),
        }),
      )
      .output(z.object({ imports: z.array(importRun), next: z.number().int().nullable() })),
    /** Takes an import back; what was changed since stays and is named. Once stopped, it goes on when asked again. */
    undo: post('/import-runs/{id}/undo')
      .input(z.object({ id: z.string() }))
      .output(eventIterator(undoProgress)),
    /** The export in pieces: formula-safe CSV or JSON as text, a workbook as base64 of each piece. */
    export: post('/exports')
      .input(z.object({ entity: importEntity, format: exportFormat.default('csv') }))
      .output(eventIterator(z.string())),
  },
  /** An event of invented people to try Marshal with. No target can be added while it is here, so it never leaves. */
  demo: {
    get: get('/demo').output(demoView),
    /** Refused unless there is no event and no target. */
    add: post('/demo/add').output(demoView),
    /** Removes the event with its entries, and everybody who came with it; other people stay. */
    remove: post('/demo/remove').output(demoView),
  },
  settings: {
    get: get('/settings').output(settings),
    set: post('/settings').input(settingsChange).output(settings),
    about: get('/about').output(aboutView),
    /** Whether Marshal starts with the computer, set when `on` is given; null where it cannot. */
    autostart: post('/autostart').input(switched.partial()).output(switched),
    check: post('/check').output(integrityReport),
    backup: post('/backup').output(z.object({ file: z.string() })),
    backups: get('/backups').output(z.array(backupView)),
    /** Tries out one of `backups`: a copy is opened and checked as a restore would. Notes when that was done. */
    tryBackup: post('/backups/try')
      .input(z.object({ file: z.string() }))
      .output(triedBackup),
    /** Versions, settings, counts, runs and log for those who look after Marshal; no secrets, nothing about people. */
    diagnostics: get('/diagnostics').output(z.record(z.string(), z.unknown())),
    /** Puts one of `backups` in place of the data, which are kept aside: Marshal then starts again by itself. */
    restore: post('/restore')
      .input(z.object({ file: z.string() }))
      .output(done),
  },
  readiness: {
    /** Is this computer ready for race day? For one event, or the one nearest in time. */
    get: post('/readiness')
      .input(z.object({ eventId: z.string().nullable().default(null) }))
      .output(readinessReport),
  },
  /** Several laptops at one event: the desks of this hub, or the hub of this desk. */
  devices: deviceProcedures,
  /** Browsers signed in to the service; the desktop app has none. */
  sessions: {
    list: get('/sessions').output(z.array(sessionView)),
    /** Signs these out, without ids everybody; the one that asks too, when it is among them. */
    end: post('/sessions/end')
      .input(z.object({ ids: z.array(z.string()).optional() }))
      .output(z.object({ count: z.number().int() })),
  },
}
export type Contract = typeof contract
