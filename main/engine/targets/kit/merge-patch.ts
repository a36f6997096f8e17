/** What turns one body into another, as a JSON merge patch (RFC 7396). Pure. */
import type { OutgoingChange, RemoteBody } from './adapter.ts'
import { isRecord } from './is-record.ts'

/** Only what differs; a member that is gone is null. Lists count as one value. */
export function mergePatch(before: RemoteBody, after: RemoteBody): RemoteBody {
  const patch: Record<string, unknown> = {}
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) patch[name] = null
  for (const [name, value] of Object.entries(after)) {
    const was = before[name]
    if (isRecord(was) && isRecord(value)) {
      const inner = mergePatch(was, value)
      if (Object.keys(inner).length > 0) patch[name] = inner
    } else if (!Object.hasOwn(before, name) || JSON.stringify(was) !== JSON.stringify(value)) {
      patch[name] = value
    }
  }
  return patch
}

/** Members of the body that differ from what the target has, each whole; all of them where that is not known. */
export function changedMembers(
  { patch }: Pick<OutgoingChange, 'patch'>,
  body: RemoteBody,
): RemoteBody {
  if (patch === null) return body
  return Object.fromEntries(Object.entries(body).filter(([name]) => Object.hasOwn(patch, name)))
}
