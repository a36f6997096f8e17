/**
 * Marketing and support in bad weather: in the end each has everybody once, as here, and nothing is sent any more. Faults are
 * counted by requests, so nothing waits for an hour to pass.
 */
import { expect, it } from 'vitest'
import type { FaultRule } from '../../main/stand-ins/kit/fault-rule.ts'
import type { StandInProcess } from '../support/stand-in-process.ts'
import { mailingOffice } from '../support/mailing-office.ts'
import type { TestTarget } from '../support/test-target.ts'
import { chatwootTarget } from '../targets/chatwoot/target.ts'
import { mauticTarget } from '../targets/mautic/target.ts'

const page = { headers: { 'content-type': 'text/html' }, body: '<h1>Access Denied</h1>' }
const weather: readonly FaultRule[] = [
  { every: 61, action: { kind: 'answer', status: 429 } },
  { every: 71, action: { kind: 'answer', status: 403, ...page } },
  { every: 83, action: { kind: 'answer', status: 503, ...page } },
  { every: 17, action: { kind: 'answer', status: 500 } },
  { every: 13, match: { method: 'PUT' }, action: { kind: 'cut-after-write' } },
  { every: 11, match: { method: 'POST' }, action: { kind: 'cut-after-write' } },
  { every: 7, match: { method: 'PATCH' }, action: { kind: 'cut-after-write' } },
  { every: 19, action: { kind: 'cut-before' } },
]

const people = 24

interface Played<Server extends StandInProcess> {
  readonly target: TestTarget<Server>
  readonly reads?: RegExp
  /** First and last name of everybody there. */
  names(server: Server): Promise<readonly string[]>
}

async function comesThrough<Server extends StandInProcess>(played: Played<Server>): Promise<void> {
  const { target, reads, names } = played
  const at = await mailingOffice(target, reads ? { reads } : {})
  const persons = []
  for (let n = 0; n < people; n++) {
    const fields = { firstName: `P${n}`, lastName: 'X', email: `p${n}@example.org` }
    persons.push(await at.set('person', fields))
  }
  for (const rule of weather) await at.server.fault(rule)
  const settle = () =>
    at.passTime(async () => {
      await at.sync()
      const { pending, state } = await at.status()
      expect(state, 'a key is not wrong because a gate is closed').not.toBe('paused')
      return pending === 0
    })
  await settle()
  for (const [n, { id }] of persons.entries())
    if (n % 3 === 0) await at.set('person', { lastName: 'Married' }, id)
  await settle()
  await at.server.clearFaults()
  await at.rest()
  const here = (await at.all('person')).map((one) =>
    [one['firstName'], one['lastName']].map(String).join(' '),
  )
  expect(here).toHaveLength(people)
  expect((await names(at.server)).toSorted()).toEqual(here.toSorted())
}

it('Chatwoot has everybody once and as here', async () => {
  await comesThrough({
    target: chatwootTarget,
    reads: /\/filter\b/,
    names: async (server) => (await server.contacts()).map(({ name }) => String(name)),
  })
})

it('Mautic has everybody once and as here', async () => {
  await comesThrough({
    target: mauticTarget,
    names: async (server) =>
      (await server.contacts()).map(({ fields: { all } }) =>
        [all['firstname'], all['lastname']].map(String).join(' '),
      ),
  })
})
