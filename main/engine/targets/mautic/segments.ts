/** Segments by their names: made where there is none, and contacts put in and taken out by hand. */
import { z } from 'zod'
import { SyncError } from '../kit/sync-error.ts'
import { keyed, ofAll, thing, type Site } from './api.ts'

/** Segments asked for at once, and how many are believed. */
const pageSize = 200
const mostPages = 100

const list = z.looseObject({ lists: keyed })
const named = z.looseObject({ ...thing.shape, name: z.string() })
const made = z.looseObject({ list: named })
const added = z.looseObject({ success: z.unknown(), details: keyed.optional() })
const success = z.looseObject({ success: z.unknown() })

/** What a contact should be in, and was put in before. */
export interface Membership {
  readonly contact: string
  readonly join: readonly string[]
  readonly leave: readonly string[]
}

/** The segments of a site; known once they were asked for. */
export class Segments {
  #ids: Promise<Map<string, string>> | null = null

  /** Puts contacts in and takes them out. Answers an error for each contact that was not taken. Throws `SyncError`. */
  async move(site: Site, all: readonly Membership[]): Promise<ReadonlyMap<string, SyncError>> {
    const failed = new Map<string, SyncError>()
    for (const name of namesIn(all, 'join')) {
      const contacts = all.filter(({ join }) => join.includes(name)).map(({ contact }) => contact)
      const refused = await this.#join(site, await this.#idOf(site, name), contacts)
      for (const contact of refused) {
        const message = `Mautic did not take the contact into the segment "${name}". Look at the segment there.`
        failed.set(contact, new SyncError('rejected', message))
      }
    }
    for (const name of namesIn(all, 'leave')) {
      const id = (await this.#known(site)).get(name)
      // Deleted there: nobody is in it any more.
      if (id === undefined) continue
      for (const { contact, leave } of all)
        if (leave.includes(name)) await this.#leave(site, id, contact)
    }
    return failed
  }

  /** The contacts that were not taken. */
  async #join(site: Site, id: string, contacts: readonly string[]): Promise<readonly string[]> {
    const path = `/api/segments/${id}/contacts/add`
    const body = { ids: contacts.map(Number) }
    const request = ofAll(site, { method: 'POST', path, body, effect: 'repeatable' })
    const { details = new Map<string, unknown>() } = (await site.client.json(added, request)).value
    return contacts.filter((contact) => {
      const told = success.safeParse(details.get(contact))
      return told.success && !told.data.success
    })
  }

  async #leave(site: Site, id: string, contact: string): Promise<void> {
    const path = `/api/segments/${id}/contact/${contact}/remove`
    try {
      await site.client.status({ method: 'POST', path, effect: 'repeatable', signal: site.signal })
    } catch (error) {
      if (!(error instanceof SyncError) || error.code !== 'gone') throw error
    }
  }

  async #idOf(site: Site, name: string): Promise<string> {
    const ids = await this.#known(site)
    const known = ids.get(name)
    if (known !== undefined) return known
    const body = { name, isPublished: 1 }
    const path = '/api/segments/new'
    const request = ofAll(site, { method: 'POST', path, body, effect: 'create' })
    const { id } = (await site.client.json(made, request)).value.list
    ids.set(name, id)
    return id
  }

  #known(site: Site): Promise<Map<string, string>> {
    this.#ids ??= this.#ask(site).catch((error: unknown) => {
      this.#ids = null
      throw error
    })
    return this.#ids
  }

  async #ask(site: Site): Promise<Map<string, string>> {
    const ids = new Map<string, string>()
    for (let page = 0; page < mostPages; page++) {
      const query = [
        ['limit', pageSize],
        ['start', page * pageSize],
        ['orderBy', 'id'],
      ] as const
      const request = ofAll(site, { method: 'GET', path: '/api/segments', query })
      const rows = [...(await site.client.json(list, request)).value.lists.values()]
      if (rows.length === 0) return ids
      for (const row of rows) {
        const { data } = named.safeParse(row)
        if (data && !ids.has(data.name)) ids.set(data.name, data.id)
      }
    }
    throw new SyncError('bad-response', 'The listing of segments does not end.')
  }
}

const namesIn = (all: readonly Membership[], side: 'join' | 'leave'): readonly string[] =>
  [...new Set(all.flatMap((one) => one[side]))].toSorted()
