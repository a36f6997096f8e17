/**
 * Takes webhooks in: is it ours and fresh → was it here before → note it, what it brought and what it named, in one
 * transaction → answer. Nothing is worked in here: a run does that, soon.
 */
import { createHash } from 'node:crypto'
import { errorMeanings } from '../../../contract/error-meanings.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import type { Secrets } from '../../ports.ts'
import { stageRecords } from '../../store/traffic/inbox.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import { findTarget, type Target } from '../../store/runs/targets.ts'
import { findNews, noteWanted, takeDelivery } from '../../store/traffic/webhooks.ts'
import type { Connection, WebhookReceipt, WebhookRequest } from '../../targets/kit/adapter.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import type { Breaker } from '../breaker.ts'
import { connect, type Connected } from '../connect-target.ts'
import { pauseOf } from '../pause.ts'

/** How long a delivery is recognised, and a named record that cannot be fetched is asked for again. */
export const rememberDeliveriesMs = 7 * 24 * 3_600_000

/** Larger ones are refused before anything is computed, bytes. */
export const largestWebhook = 1024 * 1024

/** Settings and secrets are read anew at least this often, ms. */
const keptOpenMs = 60_000
/** Refusals are written into the log at most this often for each target, ms. */
const complainEveryMs = 60_000

/** What the sender is told. The message says nothing a stranger may not know. */
export interface WebhookAnswer {
  /**
   * 200 taken in, also where it is worked in only when the target is resumed: some senders repeat whatever is not 200 · 400 unreadable · 401 not signed, wrongly signed
   * or too old · 404 nobody takes webhooks under this name · 409 the target is not set up for it · 413 too large ·
   * 429 signed, but too many · 503 try again later.
   */
  readonly status: 200 | 400 | 401 | 404 | 409 | 413 | 429 | 503
  readonly message: string
}

export interface WebhookControls {
  readonly breaker: (target: string) => Breaker
  /** Everything is paused. */
  readonly pausedAll: () => boolean
  /** Something was taken in for this target. */
  readonly onReceived: (target: string) => void
}

export interface WebhookReceiver {
  /**
   * Answers one webhook for the target of this name. Never throws.
   * @param mayTake asked once a webhook has proven whose it is; false refuses it as one too many
   */
  receive(name: string, request: WebhookRequest, mayTake?: () => boolean): Promise<WebhookAnswer>
  /** Forgets settings and secrets: some have changed. */
  forget(): Promise<void>
}

interface Open {
  readonly target: Target
  readonly connected: Connected
  readonly connection: Connection & Required<Pick<Connection, 'receive'>>
}

type Opened = Open | WebhookAnswer

const nobody: WebhookAnswer = { status: 404, message: 'There is nothing here' }
const notSetUp: WebhookAnswer = { status: 409, message: 'Webhooks are not set up here' }
const tooMany: WebhookAnswer = {
  status: 429,
  message: 'Too many webhooks; send the rest more slowly',
}
const takenIn: WebhookAnswer = { status: 200, message: 'Taken in' }
const takenInForLater: WebhookAnswer = { status: 200, message: 'Taken in; worked in later' }

export function createWebhookReceiver(core: Core, controls: WebhookControls): WebhookReceiver {
  const { clock, log } = core.ports
  const kept = new Map<string, { readonly since: number; readonly opened: Promise<Opened> }>()
  const complaints = new Map<string, { readonly since: number; unsaid: number }>()

  const complain = (target: string, error: unknown) => {
    const last = complaints.get(target)
    if (last && Math.abs(clock.now() - last.since) < complainEveryMs) {
      last.unsaid += 1
      return
    }
    complaints.set(target, { since: clock.now(), unsaid: 0 })
    log.warn('A webhook was not taken in', {
      target,
      reason: error instanceof Error ? error.message : String(error),
      ...(last && last.unsaid > 0 ? { notToldSince: last.unsaid } : {}),
    })
  }

  const open = async (name: string): Promise<Opened> => {
    const target = await findTarget(core.reader, name)
    if (!target || !takesWebhooks(core, target)) return nobody
    let connected: Connected
    try {
      connected = await connect(withKeptSecrets(core), target, { breaker: controls.breaker(name) })
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      complain(name, error)
      return notSetUp
    }
    const { connection } = connected
    if (canReceive(connection)) return { target, connected, connection }
    await connected.close()
    return nobody
  }

  const close = async ({ opened }: { readonly opened: Promise<Opened> }) => {
    const one = await opened.catch(() => null)
    if (one && 'connected' in one) await one.connected.close()
  }

  const forget = async () => {
    const old = [...kept.values()]
    kept.clear()
    await Promise.all(old.map(close))
  }

  const opened = async (name: string): Promise<Opened> => {
    const known = kept.get(name)
    if (known && Math.abs(clock.now() - known.since) < keptOpenMs) return known.opened
    const entry = { since: clock.now(), opened: open(name) }
    kept.set(name, entry)
    const drop = () => {
      if (kept.get(name) === entry) kept.delete(name)
    }
    // Names nobody has must not fill the memory.
    entry.opened.then((one) => void ('connected' in one || drop()), drop)
    if (known) await close(known)
    return entry.opened
  }

  const take = async (
    name: string,
    request: WebhookRequest,
    mayTake: () => boolean,
  ): Promise<WebhookAnswer> => {
    if (request.body.length > largestWebhook) {
      return { status: 413, message: 'A webhook may be 1 MB at most' }
    }
    const one = await opened(name)
    if (!('connected' in one)) return one
    let receipt: WebhookReceipt
    try {
      receipt = await one.connection.receive(request)
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      complain(name, error)
      return refusal(error)
    }
    // What strangers send must not use up what the target may.
    if (!mayTake()) return tooMany
    if (await takeIn(core, one, receipt)) controls.onReceived(name)
    const target = await findTarget(core.reader, name)
    const rests = !target || pauseOf(target, controls.pausedAll()) !== null
    return rests ? takenInForLater : takenIn
  }

  return {
    forget,
    async receive(name, request, mayTake = () => true) {
      try {
        return await take(name, request, mayTake)
      } catch (error) {
        // Removed while its webhook was read.
        const still = await findTarget(core.reader, name).catch(() => null)
        if (still === undefined) return nobody
        if (error instanceof ProblemError) complain(name, error)
        else {
          log.error('A webhook could not be taken in', {
            target: name,
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          })
        }
        return { status: 503, message: 'Try again later' }
      }
    },
  }
}

/** Whether a target takes webhooks at all: it is received from, and its system can send them. */
function takesWebhooks(
  { adapters }: Core,
  { adapter, direction }: Pick<Target, 'adapter' | 'direction'>,
): boolean {
  return direction !== 'outbound' && adapters.get(adapter)?.manifest.webhook === true
}

/** Notes delivery, records and names together; false when there was nothing new in it. */
async function takeIn(core: Core, open: Open, receipt: WebhookReceipt): Promise<boolean> {
  const { target, connection, connected } = open
  const known = new Set(
    connected.bindings
      .filter(({ direction, changes }) => direction !== 'outbound' && changes !== 'none')
      .map(({ entity }) => entity),
  )
  const records = receipt.records.filter(({ entity }) => known.has(entity))
  const named = receipt.fetch.filter(({ entity }) => known.has(entity))
  const now = toMicros(core.ports.clock.now())
  await core.ports.probe?.('webhook:stage')
  const news = await core.db.transaction().execute(async (trx) => {
    if (receipt.deliveryId !== null) {
      const before = now - toMicros(rememberDeliveriesMs)
      const id = shortId(receipt.deliveryId)
      if (!(await takeDelivery(trx, target.id, id, { now, before }))) return false
    }
    // Where nothing can be fetched, what came has to do; the order is then told by the time of each record.
    const asTheyCame = connection.fetch ? await findNews(trx, target.id, records) : null
    const isNews = (at: number) => asTheyCame === null || asTheyCame.has(at)
    const staged = await stageRecords(
      trx,
      target.id,
      records.filter((_, at) => isNews(at)),
      { now },
    )
    const wanted = [...records.filter((_, at) => !isNews(at)), ...named]
    await noteWanted(trx, target.id, wanted, now)
    return staged + wanted.length > 0
  })
  await core.ports.probe?.('webhook:staged')
  return news
}

function refusal({ code }: SyncError): WebhookAnswer {
  const { mend } = errorMeanings[code]
  if (mend === 'sign-in') {
    return { status: 401, message: 'The signature is missing, wrong or too old' }
  }
  if (mend === 'setup') return notSetUp
  return { status: 400, message: 'This webhook cannot be read' }
}

function canReceive(
  connection: Connection,
): connection is Connection & Required<Pick<Connection, 'receive'>> {
  return connection.receive !== undefined
}

/** A sender may write anything as its id; one that is longer than ids are is kept by its hash. */
function shortId(deliveryId: string): string {
  if (deliveryId.length <= 200) return deliveryId
  return createHash('sha256').update(deliveryId).digest('hex')
}

/** Asks the keychain for each secret once, so that a webhook costs no more than its hash. */
function withKeptSecrets(core: Core): Core {
  const { secrets } = core.ports
  const kept = new Map<string, Promise<string | null>>()
  const get = (target: string, key: string) => {
    const place = JSON.stringify([target, key])
    const value = kept.get(place) ?? secrets.get(target, key)
    kept.set(place, value)
    // A keychain that was locked may be open the next time.
    value.catch(() => kept.delete(place))
    return value
  }
  const remembering: Secrets = {
    kind: secrets.kind,
    get,
    set: (target, key, secret) => secrets.set(target, key, secret),
    remove: (target, key) => secrets.remove(target, key),
    keys: (target) => secrets.keys(target),
  }
  return { ...core, ports: { ...core.ports, secrets: remembering } }
}
