/**
 * What a hub answers its desks. One Marshal is the hub, with the engine and the store it has anyway; how desks reach it, and
 * which of them may, is the business of hosts.
 */
import { mostBehind, type HubNotice } from '../../contract/devices.ts'
import type { ChangesInput, ChangesPage } from '../../contract/hub.ts'
import { ProblemError } from '../../contract/problem.ts'
import type { Core } from '../core.ts'
import type { HubAnswers } from '../ports.ts'
import { countBehind } from '../store/hub/behind.ts'
import { readDefinedOn, readDefinitions, writeDefinitions } from '../store/hub/definitions.ts'
import { ownFieldsOf } from '../model/own-fields.ts'
import { readEpoch, renewEpoch } from '../store/hub/epoch.ts'
import { readFeed } from '../store/hub/feed.ts'
import { readDemoEvent } from '../store/imports/demo-event.ts'
import { takeRange } from '../store/hub/number-ranges.ts'
import { toMicros } from '../store/sql/stamps.ts'
import { countNotices, settleNotices } from '../store/hub/notices.ts'
import { listNotices, type NoticeInWords } from './list-notices.ts'
import { takeChanges } from './take-changes.ts'

export interface Hub extends HubAnswers {
  /** What laptops did differently and a person should look at, newest first; at the hub and at desks. */
  notices(): Promise<readonly (HubNotice & NoticeInWords)[]>
  /** How many those are, also beyond what is listed. */
  openNotices(): Promise<number>
  /** A person has looked. */
  settle(ids: readonly number[]): Promise<number>
  /** Begins another history, so that every desk reconciles. */
  renew(): Promise<void>
}

/** Follows changes of master data, told once they are durable. Returns the function that ends it. */
type OnWritten = (listener: () => void) => () => void

/** Made once for a database; every host may ask it. Desks get `ProblemError` `busy` while the demo event is here. */
export function createHub(core: Core, onWritten: OnWritten): Hub {
  const { clock, ids } = core.ports
  const epoch = () => readEpoch(core.db, ids.uuid())

  const page = async (query: ChangesInput): Promise<ChangesPage> => {
    const current = await epoch()
    const after = stampIn(query.after, current)
    const { limit, entity = null } = query
    const found = await readFeed(core.reader, { after, limit, entity })
    // After reading: what was read of a demo event that came meanwhile stays here, too.
    await refuseBesideDemo(core)
    const next = `${current}.${found.next}`
    const { definedOn, more } = found
    return { epoch: current, records: [...found.records], next, more, definedOn }
  }

  return {
    notices: () => listNotices(core.reader),
    openNotices: () => countNotices(core.reader),
    settle: (settled) => settleNotices(core.db, settled, toMicros(clock.now())),
    epoch,
    renew: () => renewEpoch(core.db, ids.uuid()),
    async changes(query, signal) {
      const news = nextNews(onWritten, clock, query.wait * 1000, signal)
      try {
        const found = await page(query)
        // Another epoch than the one it knows is news too.
        if (found.records.length > 0 || query.wait === 0 || query.after !== found.next) return found
        await news.told
        return await page({ ...query, wait: 0 })
      } finally {
        news.end()
      }
    },
    async take(device, changes) {
      await refuseBesideDemo(core)
      const outcomes = await takeChanges(core, device, changes)
      return { epoch: await epoch(), outcomes: [...outcomes] }
    },
    async define(changes) {
      await refuseBesideDemo(core)
      if (changes.fields.length + changes.rules.length > 0) {
        await core.db.transaction().execute((trx) => writeDefinitions(trx, changes))
        core.live.emit({ type: 'data', entities: ['event', ownFieldsOf] })
        core.onChange(['event'])
      }
      const on = `${await epoch()}.${await readDefinedOn(core.db)}`
      return { on, ...(await readDefinitions(core.db)) }
    },
    async range(device, asked) {
      await refuseBesideDemo(core)
      return core.db.transaction().execute((trx) => takeRange(trx, { ...asked, device: device.id }))
    },
    async behind(places) {
      const current = await epoch()
      const asked = [...places].flatMap(([device, place]) =>
        place === null ? [] : [{ device, after: stampIn(place, current) }],
      )
      const counts = await countBehind(core.reader, asked, mostBehind)
      return new Map([...places.keys()].map((device) => [device, counts.get(device) ?? null]))
    },
  }
}

/** Invented people go to no desk, and no desk's changes come among them. */
async function refuseBesideDemo({ db }: Core): Promise<void> {
  if ((await readDemoEvent(db)) === null) return
  throw new ProblemError({
    code: 'busy',
    message: 'This hub has the demo event, whose invented people must not travel.',
    fix: 'Remove the demo event on the Desk of the hub; the desks then go on by themselves.',
  })
}

/** The stamp of a place in this history; of a place in another one, the beginning. */
function stampIn(place: string | undefined, epoch: string): number {
  const at = place?.lastIndexOf('.') ?? -1
  if (place === undefined || place.slice(0, at) !== epoch) return 0
  return Number(place.slice(at + 1))
}

/** Listens from now on, so that nothing that is written while the page is read goes unheard. */
function nextNews(
  onWritten: OnWritten,
  clock: Core['ports']['clock'],
  waitMs: number,
  signal: AbortSignal | undefined,
): { readonly told: Promise<void>; end(): void } {
  if (waitMs === 0) return { told: Promise.resolve(), end: () => {} }
  const { promise, resolve } = Promise.withResolvers<void>()
  const unfollow = onWritten(() => resolve())
  const cancel = clock.timer(waitMs, resolve)
  if (signal?.aborted) resolve()
  signal?.addEventListener('abort', () => resolve(), { once: true })
  return {
    told: promise,
    end: () => {
      unfollow()
      cancel()
    },
  }
}
