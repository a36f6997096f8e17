/** A laptop becomes a desk of a hub: a target that nobody fills in, and a key that the hub gives for a code. */
import type { z } from 'zod'
import type { joined, joinInput } from '../../../contract/devices.ts'
import { readFingerprint, readInvitation } from '../../../contract/invitation.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import { listTargets, noteTarget, type Target } from '../../store/runs/targets.ts'
import type { Adapter } from '../../targets/kit/adapter.ts'
import { adapterView } from '../../targets/registry.ts'
import { resumeTarget } from '../sync/awake-targets.ts'
import type { SettingsStore } from '../system/settings-store.ts'
import { addTarget, removeTarget, type RemovalControls } from '../targets/add-target.ts'
import { readTargetConfig } from '../targets/target-config.ts'
import { pairWithHub } from './pair-with-hub.ts'

/** The target a desk has its hub as. */
const targetName = 'hub'

export interface JoinControls extends RemovalControls {
  readonly settings: SettingsStore
}

/**
 * Pairs with the hub and sets the target up; the first run fetches what the hub has. A desk the hub lets in no more, or whose
 * hub has another address by now, joins it again with all it has to tell. Throws `ProblemError`, and leaves everything as it was then.
 */
export async function joinHub(
  core: Core,
  controls: JoinControls,
  input: z.output<typeof joinInput>,
): Promise<z.infer<typeof joined>> {
  const { url, fingerprint, code } = invited(input)
  const adapter = hubAdapter(core)
  const pair = async (target: Target) => {
    const key = await pairWithHub(core.ports.http, { url, fingerprint, code, name: input.name })
    await core.ports.secrets.set(target.name, adapter.manifest.secrets[0]!.key, key)
  }
  const left = (await listTargets(core.db)).find(
    (target) =>
      target.adapter === adapter.manifest.name &&
      target.settings['fingerprint'] === fingerprint &&
      (target.pausedReason !== null || target.url !== url),
  )
  if (left) {
    await pair(left)
    await noteTarget(core.db, left.id, { url })
    await resumeTarget(core, controls, left)
    return { target: left.name, url, fingerprint }
  }
  const config = readTargetConfig(core.adapters, {
    ...{ name: targetName, adapter: adapter.manifest.name, url, auth: adapter.manifest.auth[0] },
    settings: { fingerprint },
    remoteDeletion: 'delete',
    // A desk has everything its hub sends; sensitive own fields of events travel where all of these do.
    sensitive: adapterView(adapter).sensitive,
  })
  // First there and at rest: what refuses it is said before the code is spent, which is good once.
  const target = await addTarget(core, config, true)
  await controls.onTargetsChanged(target.name)
  try {
    await pair(target)
  } catch (error) {
    await removeTarget(core, controls, target)
    throw error
  }
  if (controls.settings.current().deviceName === '')
    await controls.settings.set({ deviceName: input.name })
  await resumeTarget(core, controls, target)
  return { target: target.name, url, fingerprint }
}

/** The adapter a hub is talked to with. */
function hubAdapter({ adapters }: Pick<Core, 'adapters'>): Adapter {
  const found = [...adapters.values()].find(({ manifest }) => manifest.hub)
  if (!found) throw new Error('No adapter talks to a hub')
  return found
}

interface Invited {
  readonly url: string
  readonly fingerprint: string
  readonly code: string
}

function invited({ invitation, code, fingerprint }: z.output<typeof joinInput>): Invited {
  const read = readInvitation(invitation)
  if (read.url === null) {
    throw new ProblemError({
      code: 'wrong-use',
      message: 'There is no address of a hub in this invitation: it begins with https://.',
      fix: 'Copy the whole line as the hub shows it.',
      fields: { invitation: 'has no address' },
    })
  }
  const mark = fingerprint === undefined ? read.fingerprint : readFingerprint(fingerprint)
  if (mark === null) {
    throw new ProblemError({
      code: 'wrong-use',
      message: 'It is not said how the certificate of the hub is known.',
      fix: 'Copy the whole address, with the part behind "#", as the hub shows it; in a terminal in quotes.',
      fields: { invitation: 'has no fingerprint' },
    })
  }
  const typed = code?.trim() || read.code
  if (!typed) {
    throw new ProblemError({
      code: 'wrong-use',
      message: 'The code of the invitation is missing.',
      fix: 'Type the code the hub shows beside the address; it is good once, for ten minutes.',
      fields: { code: 'is missing' },
    })
  }
  return { url: read.url, fingerprint: mark, code: typed }
}
