import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import keytar from 'keytar'
import { createKeytarSecrets, keychainProblem } from '../../main/hosts/keytar-secrets.ts'
import { enterKeyringSession } from '../support/keyring-session.ts'

describe('secrets in the system keychain', () => {
  let leave: () => Promise<void>
  const target = `Spring Classic ${process.pid}`
  const secrets = createKeytarSecrets()

  beforeAll(async () => {
    leave = await enterKeyringSession()
  })
  afterAll(async () => {
    for (const { account } of await keytar.findCredentials('Marshal')) {
      if (account.includes(target)) await keytar.deletePassword('Marshal', account)
    }
    await leave()
  })

  it('keeps a secret where the desktop shows it: service Marshal, account target/key', async () => {
    await secrets.set(target, 'apiKey', 'kéy with spaces/and %2F')
    expect(await keytar.getPassword('Marshal', `${target}/apiKey`)).toBe('kéy with spaces/and %2F')
    expect(await secrets.get(target, 'apiKey')).toBe('kéy with spaces/and %2F')
  })

  it('answers null for a secret that was never stored', async () => {
    expect(await secrets.get(target, 'nothing')).toBeNull()
  })

  it('replaces, lists and removes', async () => {
    await secrets.set(target, 'apiKey', 'first')
    await secrets.set(target, 'apiKey', 'second')
    await secrets.set(target, 'token', 'third')
    expect(await secrets.get(target, 'apiKey')).toBe('second')
    expect(await secrets.keys(target)).toEqual(['apiKey', 'token'])
    await secrets.remove(target, 'apiKey')
    await secrets.remove(target, 'apiKey')
    expect(await secrets.keys(target)).toEqual(['token'])
    expect(await secrets.get(target, 'apiKey')).toBeNull()
  })

  it('never mixes up targets and keys whose names contain a slash', async () => {
    await secrets.set(`${target}/a`, 'b', 'one')
    await secrets.set(target, 'a/b', 'two')
    expect(await secrets.get(`${target}/a`, 'b')).toBe('one')
    expect(await secrets.get(target, 'a/b')).toBe('two')
    expect(await secrets.keys(`${target}/a`)).toEqual(['b'])
    expect(await secrets.keys(target)).toContain('a/b')
  })

  it('keeps the secrets of another data folder apart, also for a target of the same name', async () => {
    const rehearsal = createKeytarSecrets({ folder: '/tmp/rehearsal' })
    await secrets.set(target, 'apiKey', 'real')
    await rehearsal.set(target, 'apiKey', 'pretend')
    expect(await secrets.get(target, 'apiKey')).toBe('real')
    expect(await rehearsal.keys(target)).toEqual(['apiKey'])
    await rehearsal.remove(target, 'apiKey')
    expect(await secrets.get(target, 'apiKey')).toBe('real')
  })

  it('serves many calls at once', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`)
    await Promise.all(keys.map((key) => secrets.set(target, key, `value of ${key}`)))
    const values = await Promise.all(keys.map((key) => secrets.get(target, key)))
    expect(values).toEqual(keys.map((key) => `value of ${key}`))
  })

  it('finds nothing to complain about', async () => {
    expect(await keychainProblem(true)).toBeNull()
  })
})
