/** What a target gives in place of a secret is kept like one that was typed. */
import { expect, it } from 'vitest'
import { keepSecret } from '../../main/engine/sync/kept-secrets.ts'
import { secretsInMemory } from '../support/test-core.ts'

it('an empty secret is none: a keychain holds nothing empty', async () => {
  const secrets = secretsInMemory()
  await keepSecret(secrets, 'marketing', { key: 'tokenExpiresOn', value: '1780000000000' })
  expect(await secrets.keys('marketing')).toEqual(['tokenExpiresOn'])
  await keepSecret(secrets, 'marketing', { key: 'tokenExpiresOn', value: '' })
  expect(await secrets.keys('marketing')).toEqual([])
})
