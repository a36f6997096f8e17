/** What the tests of the OpenSPP adapter share: its stand-in as a server of the suite, in each of its two releases. */
import { database, login } from '../../../main/stand-ins/openspp/interfaces.ts'
import type { Row } from '../../../main/stand-ins/openspp/store.ts'
import type { PullServer } from '../conformance/server.ts'
import type { OpensppStandIn } from './stand-in.ts'

export const opensppKey = 'canary-openspp-key'

/** OpenSPP 17 by JSON-RPC, and OpenSPP 2 by JSON-2. */
export const releases = {
  g2p: {
    settings: {
      ...{ interface: 'json-rpc', modules: 'g2p', database, login },
      ...{ idType: 'National ID', wholeRegistry: true },
    },
    knobs: { release: 17, family: 'g2p' },
  },
  spp: {
    settings: {
      ...{ interface: 'json-2', modules: 'spp', database },
      ...{ idType: 'National ID', wholeRegistry: true },
    },
    knobs: { release: 19, family: 'spp' },
  },
} as const
export type ReleaseName = keyof typeof releases

export function opensppServer(process: OpensppStandIn, name: ReleaseName): PullServer {
  const isOlder = name === 'g2p'
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: opensppKey },
    settings: releases[name].settings,
    // What writes says that nobody is to be told of it.
    writes: { bodyContains: 'tracking_disable' },
    lockOut: () => process.setKey('another-key'),
    async letIn() {
      await process.turn(releases[name].knobs)
      await process.setKey(opensppKey)
    },
    async stored(entity) {
      const isGroup = entity === 'organisation'
      const live = (await process.registrants()).filter(
        (row) => Boolean(row['is_group']) === isGroup && row['active'] && !row['disabled'],
      )
      const members = await process.rows(`${name}.group.membership`)
      const ids = await process.rows(isOlder ? 'g2p.reg.id' : 'spp.registry.id')
      const codes = isOlder ? [] : await process.rows('spp.vocabulary.code')
      const genderOf = (row: Row) => {
        if (isOlder) return row['gender'] ? String(row['gender']).toLowerCase() : null
        const code = codes.find(({ id }) => id === row['gender_id'])?.['code']
        return code === '1' ? 'male' : code === '2' ? 'female' : null
      }
      return live.map((row) => ({
        remoteId: String(row.id),
        body: {
          ...row,
          ...(isGroup ? {} : { gender: genderOf(row) }),
          group:
            members.find((one) => one['individual'] === row.id && !one['ended_date'])?.['group'] ??
            null,
          identity: ids.find((one) => one['partner_id'] === row.id)?.['value'] ?? null,
        },
      }))
    },
    async putTogether(entity, count, prefix) {
      await process.rowClock(Date.now())
      const made = await process.make(
        'res.partner',
        Array.from({ length: count }, (_, n) => ({
          ...{ is_registrant: true, is_group: entity === 'organisation' },
          ...{ name: `${prefix} ${n}`, family_name: `${prefix} ${n}` },
        })),
      )
      await process.rowClock(null)
      return made.map(String)
    },
    removeThere: (_entity, remoteId) =>
      process.write('res.partner', Number(remoteId), { active: false }),
  }
}
