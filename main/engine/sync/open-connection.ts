/** Opens the connection of a run. At a hub, own fields of events travel, each under its own name, once both sides know of them. */
import type { Core } from '../core.ts'
import type { Target } from '../store/runs/targets.ts'
import { sensitiveChoices } from '../targets/kit/sensitive.ts'
import { adapterFor, connect, type Connected, type ConnectOptions } from './connect-target.ts'
import { readHubDefined, withOwnFields } from './exchange-definitions.ts'
import type { HubDefined } from './run-context.ts'

export interface OpenedConnection {
  readonly connected: Connected
  /** With what travels at this target beside what a person set up. */
  readonly target: Target
  readonly defined: HubDefined | null
}

/** Throws `SyncError` like `connect`, and where the hub cannot be asked. */
export async function openConnection(
  core: Core,
  target: Target,
  { signal, ...options }: ConnectOptions & { readonly signal: AbortSignal },
): Promise<OpenedConnection> {
  const adapter = adapterFor(core, target)
  if (!adapter.manifest.hub) {
    return { connected: await connect(core, target, options), target, defined: null }
  }
  // Sensitive own fields travel where all that is sensitive does.
  const isWhole = sensitiveChoices(adapter, []).every((one) => target.sensitive.includes(one))
  const known = await withOwnFields(core.db, target, { isWhole, theirs: null })
  const connected = await connect(core, known, options)
  try {
    const defined = await readHubDefined(core.db, target, connected.connection, signal)
    const theirs = defined?.theirs ?? null
    const all = await withOwnFields(core.db, target, { isWhole, theirs })
    if (all.mapping.length === known.mapping.length) return { connected, target: known, defined }
    // A field that is new: what an adapter brings of it would be left out.
    await connected.close()
    return { connected: await connect(core, all, options), target: all, defined }
  } catch (error) {
    await connected.close()
    throw error
  }
}
