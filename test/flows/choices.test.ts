/** Settings that are chosen from a list: what the system answers, before anything is saved. */
import { expect, it, onTestFinished } from 'vitest'
import type { ChoiceList } from '../../main/contract/targets.ts'
import { accountId } from '../../main/stand-ins/chatwoot/shapes.ts'
import { startTestEngine } from '../support/test-engine.ts'
import { targetConfig, type TestTarget } from '../support/test-target.ts'
import { chatwootTarget } from '../targets/chatwoot/target.ts'
import { emsTarget } from '../targets/ems/target.ts'
import { audienceId } from '../targets/mailchimp/stand-in.ts'
import { mailchimpTarget } from '../targets/mailchimp/target.ts'
import { mauticTarget } from '../targets/mautic/target.ts'
import { opensppTarget } from '../targets/openspp/target.ts'
import { runSignupTarget } from '../targets/runsignup/target.ts'
import type { StandInProcess } from '../support/stand-in-process.ts'

/** Asks for the list of a setting with this much of a set-up filled in. */
async function asking<Server extends StandInProcess>(
  target: TestTarget<Server>,
  has: (server: Server) => Promise<unknown> = async () => {},
) {
  const server = await target.standIn()
  await has(server)
  onTestFinished(() => server.stop())
  const { client } = await startTestEngine({ target, standIn: server, config: false })
  return async (
    setting: string,
    search = '',
    over: Readonly<Record<string, unknown>> = {},
  ): Promise<ChoiceList> => {
    const config = { ...targetConfig(target, server.url), settings: {}, ...over }
    const { secrets } = target
    return client.targets.choices({ config, secrets, setting, search })
  }
}

it('the audiences of Mailchimp are listed while none is chosen yet', async () => {
  const ask = await asking(mailchimpTarget)
  const choices = [{ value: audienceId, label: 'Runners', detail: audienceId }]
  expect(await ask('audience')).toEqual({ choices, problem: null })
})

it('the accounts of a Chatwoot token are listed', async () => {
  const ask = await asking(chatwootTarget)
  const choices = [{ value: String(accountId), label: 'Spring Classic', detail: String(accountId) }]
  expect(await ask('account')).toEqual({ choices, problem: null })
})

it('the organisations of EMS are listed, of which new events get one', async () => {
  const ask = await asking(emsTarget)
  const { choices, problem } = await ask('organisation')
  expect(problem).toBeNull()
  expect(choices).toMatchObject([
    { value: expect.stringMatching(/^\d+$/), label: 'Highveld Wheelers' },
  ])
})

it('a detail is chosen from a list of what the settings name already', async () => {
  const ask = await asking(mailchimpTarget)
  const settings = { audience: audienceId }
  expect(await ask('birthday', '', { settings })).toEqual({
    choices: [{ value: 'BIRTHDAY', label: 'Birthday', detail: 'BIRTHDAY' }],
    problem: null,
  })
  const { choices } = await ask('firstName', '', { settings })
  expect(choices.map(({ value }) => value)).toEqual(['FNAME', 'LNAME'])
  expect(await ask('address')).toMatchObject({
    problem: {
      code: 'wrong-use',
      message: 'Give the id of the Mailchimp audience in the settings.',
    },
  })
})

it('fields of Mautic are listed by what can stand in them', async () => {
  const ask = await asking(mauticTarget)
  const values = async (setting: string) => (await ask(setting)).choices.map(({ value }) => value)
  expect(await values('birthday')).toEqual(['birthday'])
  expect(await values('phone')).toEqual(expect.arrayContaining(['mobile', 'phone']))
  expect(await values('phone')).not.toContain('email')
})

it('the events of the race are listed for RunSignup once the race is known', async () => {
  const ask = await asking(runSignupTarget)
  const settings = { raceId: '4711' }
  const { choices, problem } = await ask('newEventId', '', { settings })
  expect(problem).toBeNull()
  expect(choices.length).toBeGreaterThan(0)
  expect(
    choices.every(({ value, detail }) => /^\d+$/.test(value) && detail?.startsWith(value)),
  ).toBe(true)
  expect(await ask('eventIds', '', { settings })).toEqual({ choices, problem })
  expect(await ask('eventIds')).toMatchObject({
    problem: { message: 'Give the number of the race at RunSignup in the settings.' },
  })
})

it('the types of identity numbers are those of the registry', async () => {
  const ask = await asking(opensppTarget)
  const { settings } = opensppTarget
  const choices = [{ value: 'National ID', label: 'National ID' }]
  expect(await ask('idType', '', { settings })).toEqual({ choices, problem: null })
})

it('the categories of EMS are listed by name, once where several events have one', async () => {
  const names = ['Open', 'Elite', 'Open']
  const ask = await asking(emsTarget, (server) =>
    server.load(
      'event-categories',
      names.map((name) => ({ name })),
    ),
  )
  const choices = ['Elite', 'Open'].map((name) => ({ value: name, label: name }))
  expect(await ask('category')).toEqual({ choices, problem: null })
})

it('a race of RunSignup is found by a part of its name, also one of last year', async () => {
  const ask = await asking(runSignupTarget)
  const choices = [{ value: '4711', label: 'Spring Classic' }]
  expect(await ask('raceId', 'spring')).toMatchObject({ choices })
  expect(await ask('raceId', 'autumn')).toEqual({ choices: [], problem: null })
})

it('the key of another target goes nowhere, even where its name is typed', async () => {
  const list = await mailchimpTarget.standIn()
  onTestFinished(() => list.stop())
  const marshal = await startTestEngine({ target: mailchimpTarget, standIn: list })
  const config = { ...targetConfig(mailchimpTarget, list.url), settings: {} }
  const asked = { setting: 'audience', search: '' }
  const { choices } = await marshal.client.targets.choices({ ...asked, name: 'timing', config })
  expect(choices).toHaveLength(1)
  const { problem } = await marshal.client.targets.choices({ ...asked, config })
  expect(problem).toMatchObject({ code: 'auth' })
})

it('a list that cannot be read says why, and one there is not says so', async () => {
  const ask = await asking(mailchimpTarget)
  expect(await ask('audience', '', { url: 'http://127.0.0.1:1' })).toMatchObject({
    ...{ choices: [], problem: { code: 'unreachable' } },
  })
  expect(await ask('tags')).toMatchObject({
    problem: { code: 'wrong-use', message: 'Mailchimp has no list for tags.' },
  })
})
