/** The laptops of one event, as the window and the command see them. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import type { DevicesView, HubDesk } from '../../../contract/devices.ts'
import { invitationLine } from '../../../contract/invitation.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import type { Hub } from '../../hub/hub.ts'
import type { HubDoor } from '../../ports.ts'
import { toIso, toMicros } from '../../store/sql/stamps.ts'
import { listTargets } from '../../store/runs/targets.ts'
import { joinHub, type JoinControls } from './join-hub.ts'

const os = implement(contract).devices

export interface DeviceControls extends JoinControls {
  readonly hub: Hub
}

export function deviceHandlers(core: Core, controls: DeviceControls) {
  const { hub } = controls
  const tell = () => core.live.emit({ type: 'devices' })
  return {
    get: os.get.handler(() => view(core, hub)),
    open: os.open.handler(async () => {
      await doorOf(core).open(hub)
      return { ok: true as const }
    }),
    shut: os.shut.handler(async () => {
      await doorOf(core).shut()
      return { ok: true as const }
    }),
    invite: os.invite.handler(async () => {
      const door = doorOf(core)
      const urls = door.urls()
      if (urls === null) {
        throw new ProblemError({
          code: 'wrong-use',
          message: 'This laptop lets no desks in now.',
          fix: 'Let desks in first.',
        })
      }
      const { code, expiresOn } = await door.invite()
      const lines = urls.map((url) => invitationLine(url, code))
      return { code, lines, expiresOn: isoOf(expiresOn) }
    }),
    revoke: os.revoke.handler(async ({ input }) => {
      if (!(await doorOf(core).revoke(input.id))) {
        throw new ProblemError({
          code: 'not-found',
          message: 'This desk is not let in any more.',
        })
      }
      return { ok: true as const }
    }),
    join: os.join.handler(async ({ input }) => {
      const answer = await joinHub(core, controls, input)
      tell()
      return answer
    }),
    settle: os.settle.handler(async ({ input }) => {
      const count = await hub.settle(input.ids)
      tell()
      return { count }
    }),
  }
}

async function view(core: Core, hub: Hub): Promise<DevicesView> {
  const door = core.ports.hub
  const urls = door?.urls() ?? null
  const targets = await listTargets(core.reader)
  const own = targets.find(({ adapter }) => core.adapters.get(adapter)?.manifest.hub)
  const notices = await hub.notices()
  return {
    mayOpen: door !== undefined,
    open: urls && { urls: [...urls] },
    desks: door ? await desksOf(door, hub) : [],
    hub: own ? { target: own.name, url: own.url } : null,
    // Without the sentences of the command: the window has its own.
    notices: notices.map(({ words: _, ...notice }) => notice),
    moreNotices: Math.max(0, (await hub.openNotices()) - notices.length),
  }
}

async function desksOf(door: HubDoor, hub: Hub): Promise<HubDesk[]> {
  const known = await door.desks()
  const behind = await hub.behind(new Map(known.map(({ id, place }) => [id, place])))
  return known
    .map(({ id, name, pairedOn, lastSeenOn, here, clockOffsetMs }) => ({
      ...{ id, name, pairedOn: isoOf(pairedOn), lastSeenOn: isoOf(lastSeenOn), here },
      ...{ behind: behind.get(id) ?? null, clockOffsetMs },
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
}

function doorOf({ ports }: Core): HubDoor {
  if (ports.hub) return ports.hub
  throw new ProblemError({
    code: 'wrong-use',
    message: 'This program lets no desks in.',
    fix: 'Start a hub with "marshal serve --hub".',
  })
}

const isoOf = (ms: number) => toIso(toMicros(ms))!
