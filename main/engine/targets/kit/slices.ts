/**
 * Fields of a record that are records of their own there (`Slice`): how bodies have them, and how they are sent. Each is
 * made, changed and deleted by its own call; one that fails keeps nothing back of the others. Which is which there is
 * kept with the link, in the version of the record.
 */
import { z } from 'zod'
import { endsBatch } from '../../../contract/error-meanings.ts'
import type { RemoteBody, Resource, Slices } from './resource.ts'
import { SyncError } from './sync-error.ts'

/** The resource with what its slices say in its bodies, under their names. Pure. */
export function withSlices(resource: Resource): Resource {
  const { slices, ...rest } = resource
  if (!slices) return resource
  const all = Object.entries(slices)
  const { fromRemote } = rest
  return {
    ...rest,
    fields: [...rest.fields, ...all.flatMap(([, { fields }]) => fields)],
    toRemote: (fields, refs, parts) => ({
      ...rest.toRemote(fields, refs, parts),
      ...Object.fromEntries(
        all.flatMap(([name, slice]) =>
          slice.fields.some((field) => Object.hasOwn(fields, field))
            ? [[name, slice.toRemote(fields)]]
            : [],
        ),
      ),
    }),
    ...(fromRemote && {
      fromRemote: (raw) => {
        const told = fromRemote(raw)
        const own = all.flatMap(([name, slice]) =>
          Object.hasOwn(raw, name)
            ? Object.entries(slice.fromRemote((raw[name] ?? null) as RemoteBody | null))
            : [],
        )
        return { ...told, fields: { ...told.fields, ...Object.fromEntries(own) } }
      },
    }),
  }
}

/** A slice as it is kept there. */
export interface KeptSlice {
  readonly id: string
  readonly body: RemoteBody
}

/** The calls of one system about the slices of one root that is there. They throw `SyncError`. */
export interface SliceCalls {
  /** Those that are there, ours first; fetched once for all. */
  there(name: string): Promise<readonly KeptSlice[]>
  /** Makes one; answers its id. Never `ambiguous`: where its answer is lost, what is there is looked at the next time. */
  create(name: string, body: RemoteBody): Promise<string>
  change(name: string, id: string, body: RemoteBody): Promise<void>
  remove(name: string, id: string): Promise<void>
}

/** What is known of them before anything is sent. */
export interface SlicesKnown {
  /** Remote ids by name; one that is missing is looked up. */
  readonly ids: Readonly<Record<string, string>>
  /** Their root was made just now: nothing is there. */
  readonly isNew: boolean
}

/** What became of the slices of one root. */
export interface SlicesSent {
  /** Remote ids by name, as they are now. */
  readonly ids: Readonly<Record<string, string>>
  /** What is there in place of one that was deleted, by name. */
  readonly instead: Readonly<Record<string, RemoteBody>>
  /** The first failure, and the fields that did not arrive; null where all did. */
  readonly failure: { readonly error: SyncError; readonly without: readonly string[] } | null
}

/** Brings slices to what is wanted of them, one after the other. What is there already is not sent. */
export async function sendSlices(
  slices: Slices,
  wanted: Readonly<Record<string, RemoteBody | null>>,
  known: SlicesKnown,
  calls: SliceCalls,
): Promise<SlicesSent> {
  const ids: Record<string, string> = { ...known.ids }
  const instead: Record<string, RemoteBody> = {}
  const without: string[] = []
  let error: SyncError | null = null
  for (const [name, body] of Object.entries(wanted)) {
    const slice = slices[name]
    if (!slice) continue
    try {
      // The next one would meet the same.
      if (error !== null && endsBatch(error.code)) throw error
      const kept = await sendSlice({ slices, calls, known }, name, body)
      delete ids[name]
      if (kept.id !== null) ids[name] = kept.id
      if (kept.instead !== null) instead[name] = kept.instead
    } catch (caught) {
      if (!(caught instanceof SyncError)) throw caught
      error ??= caught.inWords(`${slice.remoteName}: ${caught.message}`)
      without.push(...slice.fields)
    }
  }
  return { ids, instead, failure: error === null ? null : { error, without } }
}

interface Sending {
  readonly slices: Slices
  readonly calls: SliceCalls
  readonly known: SlicesKnown
}

interface Kept {
  readonly id: string | null
  readonly instead: RemoteBody | null
}

async function sendSlice(
  { slices, calls, known: { ids, isNew } }: Sending,
  name: string,
  body: RemoteBody | null,
): Promise<Kept> {
  if (isNew) {
    return { id: body === null ? null : await calls.create(name, body), instead: null }
  }
  const known = ids[name]
  if (known !== undefined && body !== null) {
    try {
      await calls.change(name, known, body)
      return { id: known, instead: null }
    } catch (error) {
      // Deleted there, or somebody else's by now.
      if (!(error instanceof SyncError) || error.code !== 'gone') throw error
    }
  }
  const [first, second = null] = await calls.there(name)
  if (body === null) {
    if (first) await calls.remove(name, first.id)
    return { id: second?.id ?? null, instead: second?.body ?? null }
  }
  if (!first) return { id: await calls.create(name, body), instead: null }
  const { fromRemote } = slices[name]!
  const isSame = JSON.stringify(fromRemote(first.body)) === JSON.stringify(fromRemote(body))
  if (!isSame) await calls.change(name, first.id, body)
  return { id: first.id, instead: null }
}

const version = z.object({
  content: z.string(),
  /** Of the root. */
  of: z.string(),
  ids: z.record(z.string(), z.string()),
})

/** The version of a record with the remote ids of its slices. */
export function sliceVersion(content: string, of: string, ids: SlicesKnown['ids']): string {
  return JSON.stringify({ content, of, ids } satisfies z.infer<typeof version>)
}

/** The remote ids a version carries; none where it is another root's, or no such version. */
export function sliceIds(told: string | null, of: string): SlicesKnown['ids'] {
  try {
    const read = version.parse(JSON.parse(told ?? ''))
    return read.of === of ? read.ids : {}
  } catch {
    return {}
  }
}
