/** The contract, implemented: every procedure has its handler here, or the compiler complains. */
import { implement, ORPCError } from '@orpc/server'
import { contract } from '../../contract/contract.ts'
import type { Operator } from '../../contract/operator.ts'
import { ProblemError } from '../../contract/problem.ts'
import { streamOf, type CallContext, type Caller } from '../caller.ts'
import type { Core } from '../core.ts'
import { conflictHandlers } from './attention/conflicts-service.ts'
import { demoHandlers } from './data/demo-service.ts'
import { lockedProblem, mayCall } from './desk/decide/desk-lock.ts'
import type { DeskLocks } from './desk/desk-locks.ts'
import { deskModeHandlers } from './desk/desk-modes-service.ts'
import { deviceHandlers, type DeviceControls } from './devices/devices-service.ts'
import { deskHandlers } from './desk/desk-service.ts'
import { rosterHandlers } from './desk/roster-service.ts'
import { doubleHandlers } from './data/doubles-service.ts'
import { failureHandlers, type FailureControls } from './attention/failures-service.ts'
import { importHandlers } from './data/imports-service.ts'
import { matchHandlers } from './attention/matches-service.ts'
import { modelHandlers } from './data/model-service.ts'
import { ownFieldHandlers } from './data/own-fields-service.ts'
import { readReadiness } from './system/readiness-service.ts'
import { recordHandlers } from './data/records-service.ts'
import { sessionHandlers } from './system/sessions-service.ts'
import { settingsHandlers, type SettingsControls } from './system/settings-service.ts'
import type { StatusBoard } from './sync/status-board.ts'
import { statusHandlers } from './sync/status-service.ts'
import { syncRecordHandlers } from './sync/sync-records-service.ts'
import { syncHandlers, type SyncControls } from './sync/sync-service.ts'
import type { Uploads } from './data/uploads.ts'
import { targetHandlers, type TargetControls } from './targets/targets-service.ts'

export interface RouterControls
  extends
    SyncControls,
    Omit<TargetControls, 'status'>,
    SettingsControls,
    FailureControls,
    DeviceControls {
  readonly status: StatusBoard
  readonly uploads: Uploads
  readonly locks: DeskLocks
}

const os = implement(contract).$context<CallContext>()

/** Change what waits for a person, often without writing a record: the counts everywhere follow at once. */
const decisions: ReadonlySet<string> = new Set([
  ...[
    'failures.retry',
    'failures.discard',
    'conflicts.resolve',
    'matches.accept',
    'matches.reject',
    'doubles.merge',
    'doubles.different',
  ],
])

/** Turns a problem a person can act on into the contract's one typed error; anything else is a defect and is logged. */
function toTypedError(core: Core, error: unknown): unknown {
  if (error instanceof ProblemError) {
    return new ORPCError('PROBLEM', {
      defined: true,
      status: 422,
      message: error.problem.message,
      data: error.problem,
    })
  }
  if (!(error instanceof ORPCError)) {
    core.ports.log.error('A request failed unexpectedly', {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
  return error
}

/** What a call answered; a stream is read after the call, and still is of who asked. */
function goingOn(caller: Caller, operator: Operator, output: unknown): unknown {
  return isStream(output) ? streamOf(caller, operator, output) : output
}

function isStream(output: unknown): output is AsyncIterator<unknown, unknown, undefined> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

export function createRouter(core: Core, controls: RouterControls) {
  return os
    .use(async ({ next, path, context: { operator, browser } }, input) => {
      try {
        const lock = controls.locks.of(browser)
        const asked = { name: path.join('.'), input, fromComputer: operator === undefined }
        if (lock && !mayCall(lock.mode, asked)) throw new ProblemError(lockedProblem(lock.mode))
        const answer = await core.caller.during(operator, async () => next())
        if (operator) answer.output = goingOn(core.caller, operator, answer.output)
        if (decisions.has(path.join('.'))) controls.status.changed()
        return answer
      } catch (error) {
        throw toTypedError(core, error)
      }
    })
    .router({
      status: statusHandlers(core, controls.status),
      model: modelHandlers(core),
      ownFields: ownFieldHandlers(core),
      desk: { ...deskHandlers(core, controls.locks), ...deskModeHandlers(core, controls.locks) },
      roster: rosterHandlers(core),
      records: recordHandlers(core),
      targets: { ...targetHandlers(core, controls), ...syncRecordHandlers(core) },
      sync: syncHandlers(core, controls),
      failures: failureHandlers(core, controls),
      conflicts: conflictHandlers(core),
      matches: matchHandlers(core),
      doubles: doubleHandlers(core),
      demo: demoHandlers(core),
      imports: importHandlers(core, controls.uploads),
      readiness: {
        get: os.readiness.get.handler(({ input: { eventId } }) =>
          readReadiness(core, eventId, controls),
        ),
      },
      devices: deviceHandlers(core, controls),
      sessions: sessionHandlers(core),
      settings: settingsHandlers(core, controls),
    })
}

export type EngineRouter = ReturnType<typeof createRouter>
